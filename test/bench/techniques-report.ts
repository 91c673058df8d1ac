/** What the comparison of techniques found. */

export interface TechniqueResult {
  readonly name: string;
  readonly title: string;
  /** What is given to `impasto train`. */
  readonly option: string;
  /** Mean losses of photographs that training never saw, measured as the recipe does. */
  readonly content: number;
  readonly style: number;
  /** The weighted sum by the technique's own measure: of the recipe's network and of its own. */
  readonly own?: { readonly recipe: number; readonly technique: number };
  readonly note?: string;
}

export interface TechniqueResults {
  readonly from: string;
  readonly run: string;
  readonly evaluated: { readonly photographs: number; readonly size: number };
  readonly techniques: readonly TechniqueResult[];
}
