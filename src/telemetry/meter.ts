/** The port for measurements: the code says once what happened, exporters decide what becomes of it. */

import type { METRICS, MetricName } from './metrics.ts';

type NameOf<Kind> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends Kind ? N : never;
}[MetricName];
export type CounterName = NameOf<'counter'>;
export type HistogramName = NameOf<'histogram'>;
export type GaugeName = NameOf<'gauge'>;

export type LabelsOf<N extends MetricName> = Readonly<
  Record<(typeof METRICS)[N]['labels'][number], string>
>;

export interface Reading<N extends GaugeName> {
  readonly labels: LabelsOf<N>;
  readonly value: number;
}

export type Read<N extends GaugeName> = () =>
  | readonly Reading<N>[]
  | Promise<readonly Reading<N>[]>;

export interface Meter {
  /** `amount` is one where it is absent. */
  add<N extends CounterName>(name: N, labels: LabelsOf<N>, amount?: number): void;
  observe<N extends HistogramName>(name: N, labels: LabelsOf<N>, value: number): void;
  /** Has the gauge read whenever somebody looks; what cannot be read is left out. */
  gauge<N extends GaugeName>(name: N, read: Read<N>): void;
}

/** Where nobody looks. */
export const SILENT_METER: Meter = { add() {}, observe() {}, gauge() {} };
