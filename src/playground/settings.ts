/** What a visitor has chosen, as query parameters of the API and as a link that restores it. */

import { apportioned, type MixPart } from '../network/mix.ts';
import { DEFAULT_DETAIL } from '../pictures/levels.ts';

export interface Settings {
  /** One to {@link MAX_PARTS} styles; of their weights, only the shares of the sum count. */
  readonly mix: readonly MixPart[];
  readonly strength: number;
  readonly strokeSize: number;
  readonly detail: number;
  readonly preserveColors: boolean;
  readonly preserveBackground: boolean;
  /** Long edge of the painting in pixels; the photograph's own where undefined. */
  readonly maxSize: number | undefined;
}

export const MAX_PARTS = 3;

export const DEFAULTS: Omit<Settings, 'mix'> = {
  strength: 1,
  strokeSize: 1,
  detail: DEFAULT_DETAIL,
  preserveColors: false,
  preserveBackground: false,
  maxSize: 1024,
};

/** The mix as the API wants it: `great-wave`, or `great-wave:0.6,the-scream:0.4`. */
export function mixText(mix: readonly MixPart[]): string {
  const sum = mix.reduce((total, { weight }) => total + weight, 0);
  const shares = mix.map(({ style, weight }) => ({ style, weight: weight / sum }));
  const parts = apportioned(shares).filter(({ weight }) => weight > 0);
  if (parts.length === 1) return parts[0]!.style;
  return parts.map(({ style, weight }) => `${style}:${weight}`).join(',');
}

/** Query parameters of `POST /v1/stylizations`; what is as usual is left out. */
export function toQuery(settings: Settings) {
  const { mix, strength, strokeSize, detail, maxSize } = settings;
  const { preserveColors, preserveBackground } = settings;
  return new URLSearchParams({
    style: mixText(mix),
    ...(strength !== DEFAULTS.strength && { strength: String(strength) }),
    ...(strokeSize !== DEFAULTS.strokeSize && { stroke_size: String(strokeSize) }),
    ...(detail !== DEFAULTS.detail && { detail: String(detail) }),
    ...(preserveColors && { preserve_colors: 'true' }),
    ...(preserveBackground && { preserve_background: 'true' }),
    ...(maxSize !== undefined && { max_size: String(maxSize) }),
  });
}

/** The part of a link after `#`. */
export function toFragment(settings: Settings): string {
  return decodeURIComponent(toQuery(settings).toString());
}

/** Settings from a link. What is not there or makes no sense is as usual. */
export function fromFragment(fragment: string, styles: readonly string[], usual: string): Settings {
  const query = new URLSearchParams(fragment.replace(/^#/, ''));
  const known = (query.get('style') ?? '').split(',').flatMap((part) => {
    const [style = '', weight = '1'] = part.split(':');
    const share = within(weight, Number.MIN_VALUE, 1);
    return styles.includes(style) && share ? [{ style, weight: share }] : [];
  });
  const mix = [...new Map(known.map((part) => [part.style, part])).values()].slice(0, MAX_PARTS);
  return {
    mix: mix.length > 0 ? mix : [{ style: usual, weight: 1 }],
    strength: within(query.get('strength'), 0, 1) ?? DEFAULTS.strength,
    strokeSize: within(query.get('stroke_size'), 0.25, 4) ?? DEFAULTS.strokeSize,
    detail: within(query.get('detail'), 0, 1) ?? DEFAULTS.detail,
    preserveColors: query.get('preserve_colors') === 'true',
    preserveBackground: query.get('preserve_background') === 'true',
    maxSize: query.size > 0 ? within(query.get('max_size'), 1, 65_535) : DEFAULTS.maxSize,
  };
}

function within(text: string | null, least: number, most: number): number | undefined {
  const value = text === null ? Number.NaN : Number(text);
  return value >= least && value <= most ? value : undefined;
}
