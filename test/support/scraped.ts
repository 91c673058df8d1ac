/** What a scrape of metrics says, in Prometheus' text format. */

/** Of the series with these labels; 0 where there is none. */
export function sumOf(text: string, name: string, labels: Record<string, string> = {}): number {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const found = lines.filter((line) => wanted.every((pair) => line.includes(pair)));
  return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
