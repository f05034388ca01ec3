/**
 * A stream of bytes into a file of the user's: straight to disk where the browser has a file picker,
 * else as a download. Knows nothing of what the bytes are.
 */

/** The part of the File System Access API that is used; not in TypeScript's DOM library. */
interface PickerScope {
  showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<FileSystemFileHandle>;
  showDirectoryPicker?(options: { readonly mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>;
}

/** Whether this browser can write into a folder of the user's. */
export function canPickFolder(): boolean {
  return (window as PickerScope).showDirectoryPicker !== undefined;
}

/** A folder to write into. Must be called from a user's click. Undefined where the user closed the picker, or there is none. */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await (window as PickerScope).showDirectoryPicker?.({ mode: 'readwrite' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/** Must be called from a user's click. Resolves false where the user closed the picker. */
export async function saveFile({
  name,
  bytes,
}: {
  readonly name: string;
  readonly bytes: () => ReadableStream<Uint8Array<ArrayBuffer>>;
}): Promise<boolean> {
  const scope = window as PickerScope;
  if (scope.showSaveFilePicker === undefined) {
    await download(name, bytes());
    return true;
  }
  try {
    const handle = await scope.showSaveFilePicker({ suggestedName: name });
    await bytes().pipeTo(await handle.createWritable());
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === 'AbortError') return false;
    // Pages inside a frame of another origin have the picker but may not open it.
    if (error.name !== 'SecurityError') throw error;
    await download(name, bytes());
    return true;
  }
}

async function download(name: string, bytes: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  downloadFiles([new File([await new Response(bytes).blob()], name)]);
}

/** Each file as a download of its own: a picker asks for one name, and these have theirs. */
export function downloadFiles(files: readonly File[]): void {
  for (const file of files) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = file.name;
    link.click();
    // The download has the blob by the next turns of the loop; the URL itself would keep it for ever.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}
