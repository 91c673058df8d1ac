/** The parts of the API's answers that the page reads. */

export interface WireStyle {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly year: string;
  readonly preview_url: string;
  /** Where there is a lighter network. */
  readonly light?: object;
}

export interface WireProblem {
  readonly detail: string;
}
