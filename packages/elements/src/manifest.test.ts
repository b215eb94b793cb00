import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifest } from '../manifest.mjs';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const { modules } = manifest();
const elements = modules.flatMap(({ path, declarations }) =>
  declarations.map(element => ({ ...element, source: read(path.replace('dist/', './').replace('.js', '.ts')) })),
);

/** Attributes that a class listens to, as its `properties` say. */
function observed(source: string, name: string): string[] {
  const body = source.slice(source.search(new RegExp(`class ${name} `)));
  const table =
    /properties: PropertyDeclarations = \{([\s\S]*?)\};/.exec(body.slice(0, body.indexOf('\n}\n')))?.[1] ?? '';
  return [...table.matchAll(/(\w+): \{ type: [^}]*\}/g)].map(
    ([declared, property]) => /attribute: '([\w-]+)'/.exec(declared)?.[1] ?? property!,
  );
}

describe('the custom elements manifest', () => {
  it('says what the sources say', () => {
    expect(JSON.parse(read('../custom-elements.json'))).toEqual(manifest());
  });

  it('has every element that is registered, each with a sentence about it', () => {
    const others = /const OTHERS = \[([\s\S]*?)\]/.exec(read('./registry.ts'))![1]!;
    const tags = ['once-form', ...[...others.matchAll(/'([\w-]+)'/g)].map(([, name]) => `once-${name}`)];
    expect(elements.map(({ tagName }) => tagName).sort()).toEqual(tags.sort());
    for (const { tagName, description } of elements) expect(description.length, tagName).toBeGreaterThan(15);
  });

  it('names every attribute that an element listens to, and no other', () => {
    for (const { name, tagName, source, attributes, superclass } of elements) {
      const base = superclass.name === 'DeskHost' ? observed(read('./desk-host.ts'), 'DeskHost') : [];
      // Form-associated elements have `disabled` from the browser.
      const native = tagName === 'once-form' ? ['disabled'] : [];
      const wanted = [...base, ...observed(source, name), ...native].sort();
      expect(attributes.map(attribute => attribute.name).sort(), tagName).toEqual(wanted);
    }
  });

  it('names every event that is fired, with the type of its details', () => {
    const desk = read('./desk-host.ts');
    const fired = [...new Set([...desk.matchAll(/#emit\('(once-[\w-]+)'/g)].map(([, event]) => event))].sort();
    expect(fired.length).toBeGreaterThanOrEqual(5);
    for (const { tagName, events, superclass } of elements)
      if (superclass.name === 'DeskHost') {
        expect(events.map(event => event.name).sort(), tagName).toEqual(fired);
        for (const event of events) expect(event.type.text).toBe(`CustomEvent<OnceEvents['${event.name}']>`);
      }
  });

  it('has the properties that a host sets, and every token of the theme', () => {
    const form = elements.find(({ tagName }) => tagName === 'once-form')!;
    const members = form.members.map(({ name }) => name);
    for (const wanted of ['form', 'client', 'data', 'locale', 'drafts', 'rules', 'theme', 'currentSession'])
      expect(members).toContain(wanted);
    const used = new Set([...read('../theme/once.css').matchAll(/var\((--once-[\w-]+)/g)].map(([, token]) => token));
    expect(form.cssProperties.map(({ name }) => name).sort()).toEqual([...used].sort());
  });
});
