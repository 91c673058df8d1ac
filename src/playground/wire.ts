/** The parts of the API's answers that the page reads. */

export interface WireStyle {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly year: string;
  readonly preview_url: string;
}

export interface WireProblem {
  readonly detail: string;
}
