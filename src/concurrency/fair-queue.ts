/** A queue in which callers take turns, however many entries each of them has. */

export interface FairQueue<Entry> {
  readonly size: number;
  count(among: (entry: Entry) => boolean): number;
  add(caller: string, entry: Entry): void;
  /** Takes the oldest entry of the caller whose turn it is. */
  next(): Entry | undefined;
  remove(caller: string, entry: Entry): void;
  /** The entries that would be taken before a new one of this caller. */
  ahead(caller: string): Entry[];
  /**
   * The newest entry of the caller with the most of those entries, where that caller has more of
   * them than this one would have with another.
   */
  excess(caller: string, among: (entry: Entry) => boolean): Entry | undefined;
}

export function fairQueue<Entry>(): FairQueue<Entry> {
  /** Never empty lists, in the order of turns. */
  const lines = new Map<string, Entry[]>();

  const lengthOf = (caller: string): number => lines.get(caller)?.length ?? 0;

  return {
    get size() {
      return [...lines.values()].reduce((sum, line) => sum + line.length, 0);
    },
    count: (among) => [...lines.values()].flat().filter(among).length,
    add(caller, entry) {
      lines.set(caller, [...(lines.get(caller) ?? []), entry]);
    },
    next() {
      const [turn] = lines;
      if (turn === undefined) return undefined;
      const [caller, [entry, ...rest]] = turn;
      lines.delete(caller);
      if (rest.length > 0) lines.set(caller, rest);
      return entry;
    },
    remove(caller, entry) {
      const rest = lines.get(caller)?.filter((candidate) => candidate !== entry) ?? [];
      if (rest.length > 0) lines.set(caller, rest);
      else lines.delete(caller);
    },
    ahead(caller) {
      const place = lengthOf(caller);
      const callers = [...lines.keys()];
      // A caller who is not there yet comes last; what others have before it is one turn more.
      const own = callers.includes(caller) ? callers.indexOf(caller) : callers.length;
      return [...lines.values()].flatMap((line, i) => line.slice(0, i < own ? place + 1 : place));
    },
    excess(caller, among) {
      const chosen = [...lines.values()].map((line) => line.filter(among));
      const most = chosen.reduce((a, b) => (b.length > a.length ? b : a), []);
      return most.length > lengthOf(caller) + 1 ? most.at(-1) : undefined;
    },
  };
}
