// Keys of a single letter mean themselves in a field, and nothing under an open dialog or menu.
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0] as HTMLElement | undefined; // within a shadow root, too
  if (event.defaultPrevented || document.querySelector('[role=dialog][aria-modal=true]')) return true;
  return !!target && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
