/** What the dress of the API reference takes inside of the explorer, where the page's own style sheets do not reach. */

const EXPLORER = 'openapi-explorer';

const DRESS = `
  .sub-title {
    font: 600 1.4rem / 1.3 var(--display);
  }

  /* To have no key is nothing to warn of. */
  #auth .red-text {
    color: var(--quiet);
  }

  #auth form {
    display: flex;
    align-items: center;
    max-width: 26rem;
  }

  #auth form input {
    flex: 1;
    min-width: 0;
  }

  #auth td {
    padding: 0.5rem 0.75rem;
  }

  #auth td:first-child > div {
    align-items: start !important;
  }

  @media (max-width: 40rem) {
    #auth :is(table, tbody, tr, td) {
      display: block;
      width: auto !important;
    }

    #auth td + td {
      padding-top: 0;
      border: 0;
    }
  }
`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(DRESS);
await customElements.whenDefined(EXPLORER);
for (const { shadowRoot } of document.querySelectorAll(EXPLORER)) {
  shadowRoot?.adoptedStyleSheets.push(sheet);
}
