/** Files that are dragged over an element which takes them. */

/** Whether files hover there: the drop is taken then. Without this the browser would open the file instead. */
export function takesFiles(event: DragEvent): boolean {
  if (event.dataTransfer?.types.includes('Files') !== true) return false;
  event.preventDefault();
  return true;
}
