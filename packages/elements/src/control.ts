// What a widget is given: one answer, all that has to be said about it, and the ways to change it.

import type { FieldNode, Issue, Json, Pointer } from '@onceform/core';
import { nothing } from 'lit';
import type { AttributeValues } from './attributes.ts';
import { answerAt, isBlocked, isLocked, isRequired, rawTextAt, touch, visibleIssuesAt } from './engine.ts';
import { domId, titleOf, type View } from './view.ts';

export class Control {
  readonly view: View;
  readonly node: FieldNode;
  readonly pointer: Pointer;
  /** The id the label names. */
  readonly id: string;
  /** Ids of hint, issues and origin, for `aria-describedby`; `nothing` where there are none. */
  describedBy: string | typeof nothing = nothing;
  readonly issues: readonly Issue[];
  /** `true` for `aria-invalid`; `nothing` takes the attribute away. */
  readonly invalid: 'true' | typeof nothing;
  readonly required: boolean;
  /** Locked by the register or to be had from one only, computed, or said so by the definition. Never `disabled`: it must stay readable. */
  readonly readOnly: boolean;

  constructor(view: View, node: FieldNode, pointer: Pointer) {
    const { state } = view.session;
    this.view = view;
    this.node = node;
    this.pointer = pointer;
    this.id = domId(view, pointer);
    this.issues = visibleIssuesAt(state, pointer);
    this.invalid = this.issues.some(({ severity }) => severity === 'error') ? 'true' : nothing;
    this.required = isRequired(state, pointer);
    this.readOnly =
      view.readOnly || node.readOnly || node.computed || isLocked(state, pointer) || isBlocked(state, pointer);
  }

  get label(): string {
    return titleOf(this.view, this.node);
  }

  /** What an input shows: the text as typed, or the answer as text. */
  get text(): string {
    return rawTextAt(this.view.session.state, this.pointer);
  }

  get value(): Json | undefined {
    return answerAt(this.view.session.state, this.pointer);
  }

  /** `form=""` inside a host's form, so that the control belongs to none. */
  get form(): '' | typeof nothing {
    return this.view.detached ? '' : nothing;
  }

  /** The attributes that every control has. */
  get common(): AttributeValues {
    return {
      id: this.id,
      form: this.form,
      'aria-describedby': this.describedBy,
      'aria-invalid': this.invalid,
      required: this.required,
      readonly: this.readOnly,
    };
  }

  /** Hands over text as it was typed; the engine decides what it means. */
  input(text: string): void {
    this.view.session.dispatch({ changes: { input: this.pointer, text }, userEvent: 'input' });
  }

  /** Sets a JSON value; `undefined` clears the answer. */
  set(value: Json | undefined): void {
    const changes = value === undefined ? { clear: this.pointer } : { set: this.pointer, value };
    this.view.session.dispatch({ changes, userEvent: 'input' });
  }

  /** The citizen has left the control: from now on its issues are shown. */
  touch(): void {
    touch(this.view.session, this.pointer);
  }

  t(key: string, params?: Readonly<Record<string, string | number>>): string {
    return this.view.words.t(key, params);
  }
}
