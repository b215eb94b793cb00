// The gallery with a virtual screen reader in the page: what it says, reading on from the start of an element to its end.

import '../../packages/elements/gallery/gallery.ts';
import { virtual } from '@guidepup/virtual-screen-reader';

async function read(selector: string): Promise<readonly string[]> {
  const container = document.querySelector(selector) as HTMLElement;
  await virtual.start({ container });
  const [first, node] = [await virtual.lastSpokenPhrase(), virtual.activeNode];
  // After the end it begins again.
  for (let step = 0; step < 1000; step += 1) {
    await virtual.next();
    if (virtual.activeNode === node && (await virtual.lastSpokenPhrase()) === first) break;
  }
  const said = await virtual.spokenPhraseLog();
  await virtual.stop();
  return said.slice(0, -1);
}

Object.assign(globalThis, { read });
