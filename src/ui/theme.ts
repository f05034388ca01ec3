/**
 * The look all elements share: tokens (overridable as `--slm-*`), type, buttons, cards, badges.
 * Light and dark come from `color-scheme`, so a page can force either with one line of CSS.
 * Knows no element's content.
 */
import { css } from 'lit';

/** Set on the outermost element; custom properties reach every shadow root below it. */
export const tokens = css`
  :host {
    color-scheme: light dark;
    --_font: var(--slm-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif);
    --_mono: var(--slm-font-mono, ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace);
    --_text: var(--slm-text, light-dark(#1a1d23, #eceef2));
    --_muted: var(--slm-muted, light-dark(#59606d, #a4abb8));
    --_surface: var(--slm-surface, light-dark(#ffffff, #1a1d22));
    --_sunken: var(--slm-sunken, light-dark(#f5f5f2, #14161a));
    --_line: var(--slm-line, light-dark(#e2e2dc, #2d3139));
    --_edge: var(--slm-edge, light-dark(#8b8f97, #6d7480));
    --_accent: var(--slm-accent, light-dark(#2450c8, #9db8ff));
    --_on-accent: var(--slm-on-accent, light-dark(#ffffff, #101a33));
    --_accent-soft: var(--slm-accent-soft, light-dark(#eaf0ff, #202a44));
    --_good: var(--slm-good, light-dark(#12683d, #76d6a5));
    --_good-soft: var(--slm-good-soft, light-dark(#e5f5ec, #17312a));
    --_warn: var(--slm-warn, light-dark(#7d4a00, #f2bd68));
    --_warn-soft: var(--slm-warn-soft, light-dark(#fdf1dc, #382b16));
    --_bad: var(--slm-bad, light-dark(#a4211a, #ffa198));
    --_bad-soft: var(--slm-bad-soft, light-dark(#fdebe9, #3c1f1e));
    --_radius: var(--slm-radius, 14px);
    --_shadow: 0 1px 2px light-dark(rgb(20 24 34 / 5%), rgb(0 0 0 / 30%));
  }
`;

export const base = css`
  :host {
    display: block;
    font: 400 1rem/1.55 var(--_font);
    color: var(--_text);
    text-wrap: pretty;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  pre,
  figure {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h2 {
    font-size: 1.0625rem;
    font-weight: 640;
    letter-spacing: -0.01em;
    line-height: 1.35;
  }
  h3 {
    font-size: 1rem;
    font-weight: 600;
    line-height: 1.4;
  }
  h4 {
    font-size: 0.875rem;
    font-weight: 600;
  }
  .muted {
    color: var(--_muted);
  }
  .small {
    font-size: 0.875rem;
    line-height: 1.5;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.625rem;
  }
  .between {
    justify-content: space-between;
  }
  .stack {
    display: grid;
    gap: 0.75rem;
    /* A grid column is as wide as its widest word unless it is told that it may shrink. */
    grid-template-columns: minmax(0, 1fr);
  }
  .card {
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    padding: clamp(1rem, 0.8rem + 1vw, 1.375rem);
    box-shadow: var(--_shadow);
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.75rem;
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 1.6;
    font-variant-numeric: tabular-nums;
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    padding: 0.0625rem 0.5625rem;
    border-radius: 99px;
    font-size: 0.75rem;
    font-weight: 600;
    line-height: 1.6;
    white-space: nowrap;
    color: var(--_muted);
    background: var(--_sunken);
  }
  .badge.good {
    color: var(--_good);
    background: var(--_good-soft);
  }
  .badge.warn {
    color: var(--_warn);
    background: var(--_warn-soft);
  }
  .badge.bad {
    color: var(--_bad);
    background: var(--_bad-soft);
  }
  .badge.live {
    color: var(--_accent);
    background: var(--_accent-soft);
  }
  .badge.live::before {
    content: '';
    width: 0.4375rem;
    height: 0.4375rem;
    border-radius: 50%;
    background: currentcolor;
    animation: breathe 1.4s ease-in-out infinite;
  }
  @keyframes breathe {
    50% {
      opacity: 0.25;
    }
  }
  pre,
  code {
    font-family: var(--_mono);
    font-size: 0.8125rem;
    line-height: 1.55;
  }
  pre {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    background: var(--_sunken);
    border-radius: 8px;
    padding: 0.5rem 0.75rem;
  }
  summary {
    cursor: pointer;
    width: fit-content;
    border-radius: 6px;
    color: var(--_muted);
    font-size: 0.875rem;
  }
  summary:hover {
    color: var(--_text);
  }
  details[open] > summary {
    margin-bottom: 0.5rem;
  }
`;

/** Things that can be pressed or typed into. */
export const controls = css`
  button,
  .button {
    font: 560 0.9375rem/1.2 var(--_font);
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    padding: 0.625rem 1rem;
    min-height: 2.5rem;
    cursor: pointer;
    transition: background-color 0.12s ease;
  }
  button:hover {
    background: var(--_sunken);
  }
  button.primary {
    color: var(--_on-accent);
    background: var(--_accent);
    border-color: transparent;
  }
  button.primary:hover {
    background: color-mix(in oklab, var(--_accent) 88%, var(--_text));
  }
  button.quiet {
    border-color: transparent;
    background: transparent;
    color: var(--_accent);
    padding-inline: 0.625rem;
  }
  button.quiet:hover {
    background: var(--_accent-soft);
  }
  button.danger {
    color: var(--_bad);
  }
  button.chosen {
    color: var(--_accent);
    border-color: var(--_accent);
    background: var(--_accent-soft);
  }
  button.compact {
    font-size: 0.875rem;
    padding: 0.375rem 0.75rem;
    min-height: 2.125rem;
  }
  button:disabled {
    cursor: not-allowed;
    color: var(--_muted);
    background: var(--_sunken);
    border-color: var(--_line);
  }
  textarea {
    display: block;
    width: 100%;
    font: 400 1.0625rem/1.5 var(--_font);
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    padding: 0.75rem 0.875rem;
    resize: vertical;
  }
  textarea::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  textarea.code {
    font: 400 0.8125rem/1.55 var(--_mono);
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** A file input that is pressed as a button: `<label class="button pick">…<input type="file" /></label>`. */
export const filePick = css`
  input[type='file'] {
    position: absolute;
    inset: 0;
    opacity: 0;
    cursor: pointer;
    font-size: 0;
  }
  .pick {
    position: relative;
    display: inline-flex;
    align-items: center;
    font-size: 0.875rem;
    min-height: 2.125rem;
    padding: 0.375rem 0.75rem;
  }
  .pick:focus-within {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
`;

/** A small table of names and figures. */
export const figureTable = css`
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }
  th {
    text-align: start;
    font-weight: 400;
    color: var(--_muted);
  }
  th,
  td {
    padding-block: 0.125rem;
    padding-inline-end: 0.5rem;
    vertical-align: baseline;
  }
  td {
    text-align: end;
    white-space: nowrap;
  }
  td:last-child {
    padding-inline-end: 0;
  }
`;
