/**
 * Who comes next: entries take turns by their first group, within it by their second, and no group
 * has more than its share under way, however much of it waits.
 */

export interface Grouped {
  /** The widest first, such as a caller and then a host. */
  readonly groups: readonly string[];
}

export interface Turns<Entry extends Grouped> {
  add(entry: Entry): void;
  /** Takes the next one of those whose groups may have more; counted as under way until it is done. */
  take(): Entry | undefined;
  done(entry: Entry): void;
}

interface Line<Entry> {
  /** In the order of turns, none of them empty. */
  readonly groups: Map<string, Line<Entry>>;
  readonly entries: Entry[];
}

export function createTurns<Entry extends Grouped>(perGroup: number): Turns<Entry> {
  const root: Line<Entry> = emptyLine();
  const underWay = new Map<string, number>();

  const count = (entry: Entry, difference: number): void => {
    for (const [depth, group] of entry.groups.entries()) {
      const name = nameOf(depth, group);
      const left = (underWay.get(name) ?? 0) + difference;
      if (left > 0) underWay.set(name, left);
      else underWay.delete(name);
    }
  };

  const takeFrom = (line: Line<Entry>, depth: number): Entry | undefined => {
    for (const [group, inner] of line.groups) {
      if ((underWay.get(nameOf(depth, group)) ?? 0) >= perGroup) continue;
      const entry = takeFrom(inner, depth + 1);
      if (entry === undefined) continue;
      line.groups.delete(group);
      if (inner.groups.size > 0 || inner.entries.length > 0) line.groups.set(group, inner);
      return entry;
    }
    return line.entries.shift();
  };

  return {
    add(entry) {
      let line = root;
      for (const group of entry.groups) {
        const inner = line.groups.get(group) ?? emptyLine();
        line.groups.set(group, inner);
        line = inner;
      }
      line.entries.push(entry);
    },
    take() {
      const entry = takeFrom(root, 0);
      if (entry) count(entry, 1);
      return entry;
    },
    done: (entry) => count(entry, -1),
  };
}

function emptyLine<Entry>(): Line<Entry> {
  return { groups: new Map(), entries: [] };
}

/** A host is one host, whoever's messages go there. */
function nameOf(depth: number, group: string): string {
  return `${depth} ${group}`;
}
