// For the browser tests: a form compiled by the real compiler, in a real element, with a portal in the page.

import 'axe-core/axe.min.js';
import type { CompiledForm, Pointer } from '@onceform/core';
import { celEvaluator } from '@onceform/core/cel';
import { formats, functions } from '@onceform/vn/browser';
import '../register.ts';
import type { OnceForm } from '../once-form.ts';
import { loadParts } from '../parts/on-demand.ts';

declare const axe: {
  run(
    root: Element,
    options?: unknown,
  ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
};

const forms = new Map<string, Promise<CompiledForm>>();

/** A form of the gallery, or the birth registration, compiled on the fly by the test server. */
export function loadForm(name: string): Promise<CompiledForm> {
  let form = forms.get(name);
  if (form === undefined) {
    const url = `/forms/${name}/form.js`;
    forms.set(name, (form = import(url).then((module: { default: CompiledForm }) => module.default)));
  }
  return form;
}

let theme: Promise<void> | undefined;

/** Puts a form into the page with the default theme, and waits until it stands. */
export async function mount(
  name: string,
  options: Partial<OnceForm> = {},
  parent: Element = document.body,
): Promise<OnceForm> {
  theme ??= new Promise(done => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = '/once.css';
    link.onload = () => done();
    document.head.append(link);
  });
  await theme;
  // What is loaded late is there already: test/embedding/late-code.test.ts is about its coming.
  await loadParts();
  const element = document.createElement('once-form') as OnceForm;
  Object.assign(
    element,
    { locale: 'en', form: await loadForm(name), rules: celEvaluator({ functions }), pack: { formats, functions } },
    options,
  );
  parent.append(element);
  await until(
    () =>
      element.desk?.journey !== undefined
      || element.desk?.status === 'found-draft'
      || element.desk?.status === 'failed',
  );
  await element.updateComplete;
  return element;
}

export async function until(holds: () => unknown, ms = 4000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited ${ms} ms in vain for: ${holds.toString()}`);
    await new Promise(done => setTimeout(done, 10));
  }
}

/** The control that answers a pointer, by the field that shows it. */
export function control<T extends HTMLElement = HTMLInputElement>(
  element: OnceForm,
  pointer: Pointer,
  selector = 'input, select, textarea',
): T {
  const found = element.renderRoot
    .querySelector<HTMLElement>(`[data-pointer="${pointer}"]`)
    ?.querySelector<T>(selector);
  if (!found) throw new Error(`Nothing on the page answers ${pointer}.`);
  return found;
}

/** Types as a person does: focus, text, leaving. */
export function type(box: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  box.focus();
  box.value = text;
  box.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  box.blur();
}

export function button(element: OnceForm, label: string): HTMLButtonElement {
  const found = [...element.renderRoot.querySelectorAll('button')].find(item =>
    item.textContent.trim().startsWith(label),
  );
  if (!found) throw new Error(`There is no button "${label}".`);
  return found;
}

/** What axe finds wrong, in words; empty when nothing is. */
export async function axeFindings(element: Element): Promise<string[]> {
  const { violations } = await axe.run(element, { resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.html.slice(0, 160)} – ${node.failureSummary}`),
  );
}
