// Which control draws which node. Testers say a rank; the highest wins, the later one where ranks are equal.

import type { OutlineNode } from '@onceform/core';
import type { AttributeValues } from './attributes.ts';
import type { Control } from './control.ts';
import type { View } from './view.ts';

/** How well a widget suits a node: 0 or less not at all, 1 by type, 2 by options or format, 5 and more by its name. */
export type Tester = (node: OutlineNode, view: View) => number;

/** Draws the control alone; label, hint, issues and origin stand around it already. */
export type RenderControl = (control: Control) => unknown;

export interface Widget {
  readonly tester: Tester;
  readonly render: RenderControl;
  /**
   * `label`: one control, named by `<label for>`; it must carry `id=${control.id}`. `legend`: several controls in a
   * `<fieldset>`. `own`: the widget draws label and issues too.
   */
  readonly frame: 'label' | 'legend' | 'own';
  /**
   * Of a control that is one `<input class="once-input">` and nothing else: its attributes. The field then draws it in a
   * template of its own, which is half the work; `render` is for whoever draws no frame.
   */
  readonly box?: (control: Control) => AttributeValues | undefined;
}

export class WidgetRegistry {
  readonly #widgets: readonly Widget[];
  readonly #chosen = new WeakMap<OutlineNode, Widget>();

  constructor(widgets: readonly Widget[]) {
    this.#widgets = widgets;
  }

  /** The best widget for a node, or undefined where none suits. Asked once per node. */
  for(node: OutlineNode, view: View): Widget | undefined {
    let best = this.#chosen.get(node);
    if (best !== undefined) return best;
    let rank = 0;
    for (const widget of this.#widgets) {
      const found = widget.tester(node, view);
      if (found > 0 && found >= rank) {
        best = widget;
        rank = found;
      }
    }
    if (best !== undefined) this.#chosen.set(node, best);
    return best;
  }

  with(more: readonly Widget[]): WidgetRegistry {
    return more.length === 0 ? this : new WidgetRegistry([...this.#widgets, ...more]);
  }
}

const registered: Widget[] = [];

/**
 * Adds a widget for every form that is opened from now on.
 *
 * @example
 * registerWidget(node => node.widget === 'stars' ? 10 : 0, c => html`
 *   <input id=${c.id} type="range" min="1" max="5" .value=${String(c.value ?? 3)}
 *     aria-describedby=${c.describedBy} @change=${(e: Event) => c.set((e.target as HTMLInputElement).valueAsNumber)}>`);
 */
export function registerWidget(tester: Tester, render: RenderControl, frame: Widget['frame'] = 'label'): void {
  registered.push({ tester, render, frame });
}

/** The widgets added by `registerWidget` so far. */
export function registeredWidgets(): readonly Widget[] {
  return [...registered];
}
