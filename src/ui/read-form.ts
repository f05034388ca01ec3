/** What was typed into a form, for those that a component sends nowhere but to its listeners. Knows no field's meaning. */

/** The text of a field of a form. */
export function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** The fields of a form that was sent, which goes nowhere by itself. With `empties`, what was typed or ticked does not stay. */
export function takeForm(event: SubmitEvent, { empties = false } = {}): FormData {
  event.preventDefault();
  if (!(event.currentTarget instanceof HTMLFormElement)) return new FormData();
  const form = new FormData(event.currentTarget);
  if (empties) for (const field of event.currentTarget.elements) emptyField(field);
  return form;
}

/** Choices stay: they are shown as they are, and a form that is reset would show others. */
function emptyField(field: Element): void {
  if (field instanceof HTMLTextAreaElement) field.value = '';
  if (!(field instanceof HTMLInputElement) || field.type === 'radio') return;
  if (field.type === 'checkbox') field.checked = false;
  else field.value = '';
}
