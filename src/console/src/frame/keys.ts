// Keys of a single letter mean themselves in a field, and nothing under an open dialog or menu.
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0] as HTMLElement | undefined; // within a shadow root, too
  if (event.defaultPrevented || document.querySelector('[role=dialog][aria-modal=true]')) return true;
  return !!target && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

// The second key of `g a` or `* n` means nothing by itself.
const firsts = ['g', '*'];
const pause = 1000; // milliseconds; what tinykeys waits for the rest of a sequence
let pressed: { key: string; time: number }[] = [];
addEventListener('keydown', ({ key, timeStamp: time }) => void (['Shift', 'Control'].includes(key) || (pressed = [...pressed.slice(-1), { key, time }])), true);

export function isSecond(): boolean {
  const [before, now] = pressed;
  return !!before && !!now && firsts.includes(before.key) && now.time - before.time < pause;
}
