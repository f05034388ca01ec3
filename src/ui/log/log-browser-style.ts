/** How the window of the log looks: over the whole screen where that is small, list and record side by side where not. */
import { css } from 'lit';

export const logBrowserStyle = css`
  dialog {
    color: var(--_text);
    background: var(--_sunken);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    padding: clamp(0.875rem, 0.5rem + 1.5vw, 1.375rem);
    width: min(76rem, 100vw - 2rem);
    max-width: none;
    height: calc(100dvh - 2rem);
    max-height: none;
    overflow: hidden;
  }
  dialog[open] {
    display: grid;
    grid-template: auto auto auto minmax(0, 1fr) / minmax(0, 1fr);
    gap: 0.625rem;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  nav {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem;
  }
  nav button.compact {
    padding-inline: 0.4375rem;
  }
  .said {
    overflow-wrap: anywhere;
  }
  .said.silent {
    margin-block-end: -0.625rem;
  }
  .said.bad {
    color: var(--_bad);
  }
  .body {
    overflow: auto;
    min-height: 0;
    /* Room for the focus ring of what stands at the edge. */
    margin: -0.25rem;
    padding: 0.25rem;
  }
  .runs {
    display: grid;
    grid-template: minmax(20rem, 1fr) / minmax(0, 1fr);
    gap: 1rem;
    height: 100%;
  }
  .runs.has-record slm-log-list {
    display: none;
  }
  @media (min-width: 60rem) {
    .runs.has-record {
      grid-template-columns: minmax(0, 24rem) minmax(0, 1fr);
    }
    .runs.has-record slm-log-list {
      display: grid;
    }
    .runs.has-record slm-log-record {
      overflow: auto;
    }
  }
  @media (max-width: 40rem) {
    dialog {
      width: 100vw;
      height: 100dvh;
      border: 0;
      border-radius: 0;
    }
  }
`;
