// From an outline node to a template. Fields, rows and maps have files of their own; the rest is here.

import type { ChoiceNode, GroupNode, MapNode, OutlineNode, Pointer, TupleNode, Update } from '@onceform/core';
import { joinPointer, parsePointer } from '@onceform/core/first';
import { html, nothing } from 'lit';
import { answerAt, branchAt, isLocked, isRelevant, isRequired, recordsIn, visibleIssuesAt } from './engine.ts';
import { field, issues, unsupported } from './field.ts';
import { late } from './late.ts';
import { markdown } from './markdown.ts';
import { hasRecord, inRecordCard, recordBar } from './record-place.ts';
import { domId, titleOf, type View } from './view.ts';
import { watch, type Drawing } from './watch.ts';

/** Draws the node at a pointer, with all below it. */
export function node(view: View, at: OutlineNode, pointer: Pointer): unknown {
  switch (at.kind) {
    case 'field':
      return field(view, at, pointer);
    case 'group':
      return watch(view, pointer, GROUP, at);
    case 'list':
      return late(view, 'rows', ({ list }) => list(view, at, pointer, node));
    case 'map':
      return late(view, 'map', ({ map }) => map(view, at, pointer, node));
    case 'tuple':
      return watch(view, pointer, TUPLE, at);
    case 'choice':
      return watch(view, pointer, CHOICE, at);
    case 'recursion':
      return watch(view, pointer, RECURSION, at);
    default:
      return watch(view, pointer, UNSUPPORTED, at);
  }
}

const GROUP: Drawing<GroupNode> = { draw: drawGroup, matters: groupMatters, keeps: true };
const TUPLE: Drawing<TupleNode> = { draw: drawTuple, matters: groupMatters, keeps: true };
const CHOICE: Drawing<ChoiceNode> = { draw: drawChoice };
const RECURSION: Drawing<OutlineNode> = { draw: drawRecursion, matters: presenceMatters };
const UNSUPPORTED: Drawing<OutlineNode> = { draw: drawUnsupported, matters: groupMatters };

/** A group has nothing of its own to redraw but relevance and its own issues: its members watch themselves. */
export function groupMatters({ startState, state }: Update, pointer: Pointer): boolean {
  return (
    isRelevant(startState, pointer) !== isRelevant(state, pointer)
    || visibleIssuesAt(startState, pointer) !== visibleIssuesAt(state, pointer)
    || recordsIn(startState) !== recordsIn(state)
  );
}

function drawGroup(view: View, pointer: Pointer, group: GroupNode): unknown {
  return isRelevant(view.session.state, pointer) && !allInCard(view, pointer, group)
    ? groupContent(view, pointer, group)
    : nothing;
}

/** Tells whether the card of a record shows the whole group, so that nothing is left to draw. */
function allInCard(view: View, pointer: Pointer, group: GroupNode): boolean {
  const { state } = view.session;
  if (recordsIn(state).length === 0 || hasRecord(view, pointer)) return false;
  if (isLocked(state, pointer)) return inRecordCard(view, pointer);
  return (
    group.rest === undefined
    && group.children.every(child => {
      const at = joinPointer(pointer, child.key);
      return (
        !isRelevant(state, at)
        || (child.kind === 'group'
          ? allInCard(view, at, child)
          : child.kind === 'field' && isLocked(state, at) && inRecordCard(view, at))
      );
    })
  );
}

function groupContent(view: View, pointer: Pointer, group: GroupNode): unknown {
  const record = hasRecord(view, pointer) ? recordBar(view, pointer) : nothing;
  const own = visibleIssuesAt(view.session.state, pointer);
  const children = group.children.map(child => node(view, child, joinPointer(pointer, child.key)));
  const rest = group.rest === undefined ? nothing : restOf(view, pointer, group, group.rest);
  const title = titleOf(view, group);
  if (pointer === '' || title === '') return html`${issues(view, pointer, own)}${record}${children}${rest}`;
  return html`<fieldset class="once-group" id=${domId(view, pointer)} data-depth=${Math.min(parsePointer(pointer).length, 4)}>
    <legend class="once-legend">${title}</legend>${markdown(group.description, view.words.locale)}
    ${hint(view, group)}${issues(view, pointer, own)}${record}${children}${rest}
  </fieldset>`;
}

function restOf(view: View, pointer: Pointer, { children }: GroupNode, rest: MapNode): unknown {
  return late(view, 'map', ({ map }) => map(view, rest, pointer, node, new Set(children.map(({ key }) => key))));
}

function drawTuple(view: View, pointer: Pointer, tuple: TupleNode): unknown {
  if (!isRelevant(view.session.state, pointer)) return nothing;
  const own = visibleIssuesAt(view.session.state, pointer);
  return html`<fieldset class="once-group" id=${domId(view, pointer)}>
    <legend class="once-legend">${titleOf(view, tuple)}</legend>${markdown(tuple.description, view.words.locale)}
    ${hint(view, tuple)}${issues(view, pointer, own)}
    ${tuple.children.map((child, i) => node(view, child, joinPointer(pointer, i)))}
  </fieldset>`;
}

function drawChoice(view: View, pointer: Pointer, choice: ChoiceNode): unknown {
  const { state } = view.session;
  if (!isRelevant(state, pointer)) return nothing;
  const chosen = branchAt(state, pointer);
  const own = visibleIssuesAt(state, pointer);
  const branch = chosen === null ? undefined : choice.branches[chosen];
  const skipped = new Set([branch?.discriminator?.key, ...choice.shared.map(({ key }) => key)]);
  const choose = (index: number) =>
    view.session.dispatch({ changes: { choose: pointer, branch: index }, userEvent: 'choose' });
  const id = domId(view, pointer);
  return html`<fieldset class="once-group once-choice" data-pointer=${pointer} aria-describedby=${own.length > 0 ? `${id}~issues` : nothing}>
    <legend class="once-legend" ?data-required=${isRequired(state, pointer)}>${titleOf(view, choice) || view.words.t('choice.title')}${
      isRequired(state, pointer) ? html`<span class="once-hidden"> (${view.words.t('a11y.required')})</span>` : nothing
    }</legend>
    ${markdown(choice.description, view.words.locale)}${hint(view, choice)}${issues(view, pointer, own)}
    <div class="once-options" data-inline=${choice.branches.length <= 2 ? '' : nothing}>${choice.branches.map(
      // Radios know no `readonly`: where nothing may be changed, only the chosen one stands.
      ({ title }, index) =>
        view.readOnly && index !== chosen
          ? nothing
          : html`
      <div class="once-option"><input type="radio" class="once-radio" id=${index === 0 ? id : `${id}~${index}`} name=${`${id}~branch`}
        form=${view.detached ? '' : nothing} aria-invalid=${own.some(({ severity }) => severity === 'error') ? 'true' : nothing} .checked=${chosen === index} @change=${() => choose(index)}
        ><label for=${index === 0 ? id : `${id}~${index}`}>${view.words.l(title) || view.words.t('choice.branch', { n: index + 1 })}</label></div>`,
    )}</div>
    ${choice.shared.map(child => node(view, child, joinPointer(pointer, child.key)))}
    ${branch === undefined ? nothing : html`<div class="once-branch">${inside(view, branch.node, pointer, skipped)}</div>`}
  </fieldset>`;
}

/** A branch describes the value itself: a group's members are drawn without another frame. */
function inside(view: View, branch: OutlineNode, pointer: Pointer, skipped: ReadonlySet<string | undefined>): unknown {
  const at = view.nodes.resolve(branch);
  if (at.kind === 'group') {
    return at.children
      .filter(({ key, readOnly }) => !(skipped.has(key) && readOnly) && !skipped.has(key))
      .map(child => node(view, child, joinPointer(pointer, child.key)));
  }
  return at.kind === 'choice' || (at.kind === 'field' && at.type === 'null') ? nothing : node(view, at, pointer);
}

/** Recursion goes on only where there is an answer or the citizen asks for more, or the tree would have no end. */
function drawRecursion(view: View, pointer: Pointer, at: OutlineNode): unknown {
  const { state } = view.session;
  if (!isRelevant(state, pointer)) return nothing;
  const title = titleOf(view, at);
  if (answerAt(state, pointer) !== undefined) {
    return html`${node(view, view.nodes.resolve(at), pointer)}${
      view.readOnly || at.key === '[]' || at.required
        ? nothing
        : html`
      <button type="button" class="once-button" data-kind="quiet" @click=${() => view.session.dispatch({ changes: { clear: pointer }, userEvent: 'remove' })}
        >${view.words.t('recursion.remove', { title })}</button>`
    }`;
  }
  if (view.readOnly) return nothing;
  return html`<button type="button" class="once-button" data-kind="secondary" id=${domId(view, pointer)}
    @click=${() => view.session.dispatch({ changes: { set: pointer, value: {} }, userEvent: 'insert' })}>${view.words.t('list.add', { title })}</button>`;
}

function presenceMatters(update: Update, pointer: Pointer): boolean {
  return (
    groupMatters(update, pointer)
    || (answerAt(update.startState, pointer) === undefined) !== (answerAt(update.state, pointer) === undefined)
  );
}

function drawUnsupported(view: View, pointer: Pointer, at: OutlineNode): unknown {
  if (!isRelevant(view.session.state, pointer) || at.kind !== 'unsupported') return nothing;
  return unsupported(view, at.title ?? at.key);
}

function hint(view: View, { hint }: OutlineNode): unknown {
  return hint === undefined ? nothing : html`<p class="once-hint">${view.words.l(hint)}</p>`;
}
