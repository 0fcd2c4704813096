/**
 * Gives each command a button that copies it as it is typed; where there is no clipboard there are none. Those of a fold get
 * theirs when it opens: the page of a large fleet has thousands.
 */
export const COPY = `
if (navigator.clipboard !== undefined) {
  const giveButton = (command) => {
    if (command.nextElementSibling?.tagName === 'BUTTON') return;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', 'Copy: ' + command.textContent.trim());
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(command.textContent.trim());
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
    command.after(button);
    command.parentElement.classList.add('copied');
  };
  const giveButtons = (within) => {
    for (const command of within.querySelectorAll('.commands code'))
      if (command.closest('details:not([open])') === null) giveButton(command);
  };
  document.addEventListener('toggle', ({ target }) => giveButtons(target), true);
  giveButtons(document);
}
`;

export const COPY_STYLE = `
.commands.copied { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.25rem 0.75rem; align-items: start; }
.commands.copied code + code, .commands.copied code { margin-top: 0; }
.commands button { padding: 0.125rem 0.5rem; font: inherit; font-size: 0.8125rem; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 0.25rem; cursor: pointer; user-select: none; }
.commands code { white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { .commands button { display: none; } }
`;
