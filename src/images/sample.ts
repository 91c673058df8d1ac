/** The picture that previews are painted from: drawn here, so that it belongs to the project. */

import sharp from 'sharp';

/** A lake among mountains: skies, water, foliage, a building and a boat, with natural textures. */
const SAMPLE = `<svg xmlns="http://www.w3.org/2000/svg" width="768" height="512">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#2f6fb5"/><stop offset=".7" stop-color="#9cc4e4"/>
      <stop offset="1" stop-color="#f6d9a8"/>
    </linearGradient>
    <linearGradient id="lake" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#7fb0c8"/><stop offset="1" stop-color="#123d5c"/>
    </linearGradient>
    <linearGradient id="rock" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="#8b7f78"/><stop offset="1" stop-color="#3d4450"/>
    </linearGradient>
    <filter id="clouds" x="0" y="0" width="1" height="1">
      <feTurbulence type="fractalNoise" baseFrequency=".006 .018" numOctaves="5" seed="7"/>
      <feColorMatrix values="0 0 0 0 1  0 0 0 0 .98  0 0 0 0 .94  3 0 0 0 -1.35"/>
    </filter>
    <filter id="ripples" x="0" y="0" width="1" height="1">
      <feTurbulence type="fractalNoise" baseFrequency=".012 .11" numOctaves="4" seed="3"/>
      <feColorMatrix values="0 0 0 0 .93  0 0 0 0 .97  0 0 0 0 1  2.4 0 0 0 -1.1"/>
    </filter>
    <filter id="stone" x="0" y="0" width="1" height="1">
      <feTurbulence type="fractalNoise" baseFrequency=".03 .05" numOctaves="5" seed="11" result="n"/>
      <feColorMatrix in="n" values="0 0 0 0 .1  0 0 0 0 .1  0 0 0 0 .13  2.6 0 0 0 -1.05" result="d"/>
      <feComposite in="d" in2="SourceGraphic" operator="in" result="t"/>
      <feMerge><feMergeNode in="SourceGraphic"/><feMergeNode in="t"/></feMerge>
    </filter>
    <filter id="leaves" x="-.1" y="-.1" width="1.2" height="1.2">
      <feTurbulence type="turbulence" baseFrequency=".07" numOctaves="3" seed="5" result="n"/>
      <feDisplacementMap in="SourceGraphic" in2="n" scale="26" result="s"/>
      <feColorMatrix in="n" values="0 0 0 0 .8  0 0 0 0 .85  0 0 0 0 .2  4 0 0 0 -1" result="l"/>
      <feComposite in="l" in2="s" operator="in" result="t"/>
      <feMerge><feMergeNode in="s"/><feMergeNode in="t"/></feMerge>
    </filter>
  </defs>
  <rect width="768" height="330" fill="url(#sky)"/>
  <circle cx="575" cy="120" r="38" fill="#ffe9a8"/>
  <rect width="768" height="250" filter="url(#clouds)"/>
  <g filter="url(#stone)">
    <path d="M0 315 L0 210 L95 130 L150 175 L235 75 L330 205 L385 170 L470 315 Z" fill="url(#rock)"/>
    <path d="M380 315 L500 190 L560 235 L650 145 L768 260 L768 315 Z" fill="#5d6f86"/>
  </g>
  <path d="M235 75 L262 112 L246 122 L236 108 L222 128 L205 112 Z M650 145 L676 168 L655 176 L640 166 L628 170 Z" fill="#f4f7fb"/>
  <rect y="312" width="768" height="200" fill="url(#lake)"/>
  <path d="M0 314 L470 314 L300 392 L235 440 L150 372 L95 400 L0 340 Z" fill="#33475a" opacity=".55"/>
  <rect y="312" width="768" height="200" filter="url(#ripples)"/>
  <ellipse cx="575" cy="352" rx="60" ry="34" fill="#ffe2a0" opacity=".22"/>
  <g>
    <path d="M610 262 h92 v62 h-92 Z" fill="#c8553d"/><path d="M600 264 L656 222 L712 264 Z" fill="#4a2c2a"/>
    <path d="M622 280 h18 v20 h-18 Z M668 280 h18 v20 h-18 Z" fill="#ffe9b0"/>
    <path d="M647 290 h16 v34 h-16 Z" fill="#5b3a29"/>
  </g>
  <g filter="url(#leaves)">
    <ellipse cx="742" cy="262" rx="40" ry="62" fill="#2f5d34"/><ellipse cx="575" cy="290" rx="28" ry="36" fill="#3f7a3c"/>
    <path d="M0 330 Q70 288 150 322 L150 345 L0 352 Z" fill="#3b6b35"/>
    <ellipse cx="48" cy="270" rx="46" ry="66" fill="#28502f"/><ellipse cx="112" cy="298" rx="30" ry="38" fill="#4d8a3f"/>
    <path d="M500 322 Q640 300 768 318 L768 338 Q640 332 500 330 Z" fill="#4c7f3a"/>
    <path d="M0 512 L0 430 Q110 400 210 450 Q270 480 300 512 Z" fill="#2d4a26"/>
  </g>
  <g>
    <path d="M352 420 L470 420 Q458 446 438 448 L378 448 Q360 442 352 420 Z" fill="#6b3a1f"/>
    <path d="M410 292 L414 292 L414 420 L410 420 Z" fill="#3b2417"/>
    <path d="M418 300 Q474 356 478 410 L418 410 Z" fill="#f5efe0"/><path d="M406 312 L406 408 L360 408 Q372 350 406 312 Z" fill="#d94f30"/>
    <path d="M358 452 L466 452 L446 470 L376 470 Z" fill="#1c2f3f" opacity=".6"/>
  </g>
</svg>`;

/** The sample picture, 768 x 512, as PNG bytes. */
export function drawSample(): Promise<Uint8Array> {
  return sharp(Buffer.from(SAMPLE)).removeAlpha().png().toBuffer();
}
