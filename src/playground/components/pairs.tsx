/** Photographs and what became of them, to be tried with one click. */

import {
  PAIRS,
  type Pair,
  SAMPLE_TITLES,
  samplePreviewUrl,
  sampleThumbnailUrl,
} from '../samples.ts';

export function Pairs({ onTry }: { onTry: (pair: Pair) => void }) {
  return (
    <section class="pairs" aria-labelledby="pairs">
      <h2 id="pairs">No photograph at hand? Try these</h2>
      <ul>
        {PAIRS.map((pair) => (
          <li key={`${pair.sample}-${pair.style}`}>
            <button
              type="button"
              class="pair"
              aria-label={`${SAMPLE_TITLES[pair.sample]}, painted as ${pair.style.replaceAll('-', ' ')}`}
              onClick={() => onTry(pair)}
            >
              <img src={sampleThumbnailUrl(pair.sample)} alt="" width={240} height={160} />
              <img
                class="after"
                src={samplePreviewUrl(pair.sample, pair.style)}
                alt=""
                width={240}
                height={160}
              />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
