/**
 * Statistics of instance norm on their way out of a graph or into it. A film whose frames are each painted
 * with their own statistics changes everywhere when something moves anywhere; painted with statistics that were
 * measured elsewhere, it does not.
 */

import type { OnnxGraph, Value, ValueInfo } from './graph.ts';

/** float32 [2, channels of all norms]: means in the first row, variances in the second. */
export const ONNX_STATISTICS = 'statistics';

/** int64 [2]: row and column of the plane of noise with which a graph that is given statistics begins. */
export const ONNX_NOISE_BEGIN = 'noise_begin';

/** Of one norm, each float32 [channels, 1, 1]. */
export interface Moments {
  readonly mean: Value;
  readonly variance: Value;
}

export interface StatisticsFlow {
  /** What a norm of so many channels works with; `own` adds to the graph what measures its input. */
  moments(channels: number, own: () => Moments): Moments;
  /** Called when all norms have been drawn. */
  ends(): { readonly inputs: readonly ValueInfo[]; readonly outputs: readonly ValueInfo[] };
}

/** `told`: every norm works with its own statistics, and the graph tells them. `given`: the graph is told. */
export type StatisticsKind = 'told' | 'given';

/** Of a graph that makes the plane of noise itself. */
export interface PictureFlow extends StatisticsFlow {
  /** Where the plane begins, where the graph is told. */
  readonly noiseBegin?: Value;
}

/** With given statistics, the graph is told where the noise begins, too. */
export function pictureFlow(graph: OnnxGraph, kind: StatisticsKind): PictureFlow {
  const flow = statisticsFlow(graph, kind);
  if (kind === 'told') return flow;
  return {
    ...flow,
    noiseBegin: ONNX_NOISE_BEGIN,
    ends: () => ({ inputs: [...flow.ends().inputs, noiseBeginInfo], outputs: [] }),
  };
}

export function statisticsFlow(graph: OnnxGraph, kind: StatisticsKind): StatisticsFlow {
  return kind === 'told' ? toldStatistics(graph) : givenStatistics(graph);
}

function toldStatistics(graph: OnnxGraph): StatisticsFlow {
  const told: Moments[] = [];
  const row = (values: readonly Value[]) =>
    graph.node('Reshape', [graph.node('Concat', values, { axis: 0 }), graph.int64s([1, -1])]);
  return {
    moments(_, own) {
      const moments = own();
      told.push(moments);
      return moments;
    },
    ends() {
      const rows = [told.map(({ mean }) => mean), told.map(({ variance }) => variance)].map(row);
      graph.node('Concat', rows, { axis: 0 }, ONNX_STATISTICS);
      return { inputs: [], outputs: [statisticsInfo] };
    },
  };
}

function givenStatistics(graph: OnnxGraph): StatisticsFlow {
  let begin = 0;
  return {
    moments(channels) {
      const [from, to] = [begin, begin + channels];
      begin = to;
      const part = (row: number) => {
        const [starts, ends] = [graph.int64s([row, from]), graph.int64s([row + 1, to])];
        const slice = graph.node('Slice', [ONNX_STATISTICS, starts, ends, graph.int64s([0, 1])]);
        return graph.node('Reshape', [slice, graph.int64s([channels, 1, 1])]);
      };
      return { mean: part(0), variance: part(1) };
    },
    ends: () => ({ inputs: [statisticsInfo], outputs: [] }),
  };
}

const statisticsInfo: ValueInfo = {
  name: ONNX_STATISTICS,
  type: 'float32',
  shape: [2, 'channels'],
};

const noiseBeginInfo: ValueInfo = { name: ONNX_NOISE_BEGIN, type: 'int64', shape: [2] };
