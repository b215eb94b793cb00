// What a form runs on once it is open: the engine's session, the journey, drafts, uploads, the watch over the sign-in.
// Loaded behind the first page by form-desk.ts, which draws before it is here and goes on drawing afterwards.

import type { DraftOpened, Pointer, SessionInfo } from '@onceform/core';
import { actorSlot, localeSlot, OnceFormError, openForm } from '@onceform/core/engine';
import { createCodeLists, entriesOfPack, type CodeLists } from './code-lists.ts';
import type { DraftKeeper } from './draft-keeper.ts';
import { speakerOf } from './desk-speaker.ts';
import type { KeptDraft } from './draft-store.ts';
import type { DraftSync, FoundDraft, Merged } from './draft-sync.ts';
import { FileShelf } from './file-shelf.ts';
import type { Release } from './first-draft.ts';
import type { FormDesk, ReadyForm } from './form-desk.ts';
import { Journey } from './journey.ts';
import { engineDraft } from './kept.ts';
import { loadPiece } from './late.ts';
import type { Portal } from './portal.ts';
import type { PrefillFlow } from './prefill-flow.ts';
import type { SignInWatch } from './sign-in-watch.ts';
import type { View } from './view.ts';

export * as engine from '@onceform/core/engine';

/** A form and all that has to be there before it runs. */
interface Prepared {
  readonly ready: ReadyForm;
  readonly opened: DraftOpened | null;
  readonly kept: KeptDraft | null;
  readonly sync: DraftSync | undefined;
}

export class DeskRun {
  journey: Journey | undefined;
  drafts: DraftKeeper | undefined;
  /** Where somebody is signed in: when that ends. */
  signInWatch: SignInWatch | undefined;
  readonly #desk: FormDesk;
  readonly #files = new FileShelf();
  #codeLists: CodeLists | undefined;
  #prefillFlow: typeof PrefillFlow | undefined;
  /** Keeps drafts; loaded where there is a place for them. */
  #keeping: typeof import('./draft-keeper.ts') | undefined;
  /** Counts the runs, so that what comes late finds out that it is. */
  #turn = 0;
  #stop: (() => void)[] = [];

  constructor(desk: FormDesk) {
    this.#desk = desk;
  }

  /** Loads what this form needs beside the engine, and opens its draft at the portal; at once where there is nothing of it. */
  prepare(ready: ReadyForm, found: FoundDraft | undefined): Prepared | Promise<Prepared> {
    const { client, drafts } = this.#desk.options;
    const { form, info } = ready;
    const held = found === undefined ? null : engineDraft(found.kept, form.digest);
    const opened = held?.opened ?? null;
    const kept = held === null ? null : found!.kept;
    const opensAt = opened === null && info?.person ? client : undefined;
    if (opensAt === undefined && opened === null && drafts === undefined)
      return { ready, opened, kept, sync: undefined };
    return this.#load({ ready, opened, kept }, opensAt, found?.kept.synced);
  }

  async #load(
    { ready, opened: held, kept }: Omit<Prepared, 'sync'>,
    opensAt: Portal | undefined,
    agreed: KeptDraft['synced'],
  ): Promise<Prepared> {
    const { id, digest } = ready.form;
    const opened = opensAt === undefined ? held : await opensAt.openDraft({ form: { id, digest } });
    if (this.#desk.options.drafts !== undefined) this.#keeping = await import('./draft-keeper.ts');
    // What draws it, and its words, come along.
    if (opened !== null)
      [{ PrefillFlow: this.#prefillFlow }] = await Promise.all([import('./prefill.ts'), loadPiece('records')]);
    const sync = opened === null ? undefined : await this.#openSync(ready, opened.draft, agreed);
    return { ready, opened, kept, sync };
  }

  async #openSync({ info }: ReadyForm, draft: string, agreed: KeptDraft['synced']): Promise<DraftSync | undefined> {
    const { client, drafts } = this.#desk.options;
    if (drafts === undefined || client?.saveDraft === undefined || !info?.person) return undefined;
    const { draftPortal, DraftSync } = await import('./draft-sync.ts');
    const portal = draftPortal(client);
    return portal && new DraftSync(portal, draft, agreed);
  }

  /**
   * Runs a form that was prepared.
   *
   * @param before What kept the same draft in this page: an earlier run, which has to end first, or a first page, which
   *   hands over the right to write it.
   */
  start(
    prepared: Prepared,
    before: { ended?: Promise<void>; claimed?: Promise<Release | null> | undefined } = {},
  ): void {
    const { ready, opened, kept } = prepared;
    const { form, info } = ready;
    const { client, data, locale, pack, rules, clock, session: given } = this.#desk.options;
    const held = kept === null ? null : engineDraft(kept, form.digest);
    const session =
      given
      ?? openForm(form, {
        locale,
        ...(data === undefined ? {} : { data }),
        ...(pack === undefined ? {} : { pack }),
        ...(rules === undefined ? {} : { rules }),
        ...(clock === undefined ? {} : { clock }),
        ...(held === null ? {} : { draft: held.draft as never }),
      });
    this.journey = new Journey({
      session,
      files: this.#files,
      locale: () => this.#desk.options.locale,
      speaker: speakerOf(this.#desk, () => this.#codeLists!),
      person: info?.person ?? null,
      ...(client === undefined ? {} : { portal: client }),
      ...(opened === null ? {} : { draft: opened }),
      ...(this.#prefillFlow === undefined ? {} : { prefillFlow: this.#prefillFlow }),
      ...(clock === undefined ? {} : { clock }),
    });
    this.#files.openLine = info?.person ? this.#lineOf(client) : undefined;
    this.#codeLists = createCodeLists(async (id, within) => {
      if (pack?.codeLists?.[id] !== undefined) return entriesOfPack({ codeLists: pack.codeLists })(id, within);
      if (client === undefined)
        throw new OnceFormError('ERR_CODE_LIST_UNKNOWN', `Nobody can give the code list ${id}.`);
      return (await client.codeList(id, within)).entries;
    });
    this.#desk.entered();
    if (kept !== null) this.journey.resume(kept);
    this.#startDrafts(prepared, before);
    this.#stop.push(
      this.journey.subscribe(this.#desk.redraw),
      session.subscribe(update => {
        this.#desk.onUpdate?.(update);
        // Whoever takes the keyboard may press other things than whoever had it.
        if (update.startState.read(actorSlot) !== update.state.read(actorSlot)) this.#desk.refresh();
        // Pages watch their own fields; the other steps show many answers at once.
        if (this.journey?.step.kind !== 'page') this.#desk.redraw();
      }),
    );
    if (client !== undefined && info?.expires !== undefined && before.ended === undefined)
      void this.#watchSignIn(client, info);
    void this.journey.prefill?.discover();
  }

  /** What a view has from a running form, in its language. */
  lends(locale: string): Partial<View> {
    const { journey } = this;
    if (journey === undefined) return {};
    const { session, prefill } = journey;
    if (session.state.read(localeSlot) !== locale) session.setLocale(locale);
    const lent = { files: this.#files, codeLists: this.#codeLists! };
    if (prefill === undefined) return lent;
    return {
      ...lent,
      retry: (pointer: Pointer) => void prefill.retry(pointer),
      dispute: (pointer: Pointer) => this.#desk.dispute(pointer),
      ticketOf: (pointer: Pointer) => prefill.tickets.get(pointer),
    };
  }

  /** Ends what runs. */
  async close(): Promise<void> {
    this.#turn += 1;
    const ended = this.#end();
    this.signInWatch?.stop();
    this.signInWatch = undefined;
    this.journey = this.drafts = undefined;
    await ended;
    // Unless the form stands again already.
    if (this.journey === undefined) this.#files.clear();
  }

  /** Ends what runs, and leaves what is drawn. */
  async #end(save = true): Promise<void> {
    for (const stop of this.#stop) stop();
    this.#stop = [];
    const ended = this.drafts?.stop(save);
    this.journey?.destroy();
    await ended;
  }

  /** Says in time that the sign-in ends, and keeps what was typed when it does. */
  async #watchSignIn(portal: Portal, info: SessionInfo): Promise<void> {
    const turn = this.#turn;
    const watch = await import('./sign-in-watch.ts').catch(() => undefined);
    if (watch === undefined || turn !== this.#turn) return;
    this.signInWatch?.stop();
    this.signInWatch = new watch.SignInWatch({
      portal,
      info,
      clock: this.#desk.options.clock ?? (() => new Date()),
      changed: this.#desk.redraw,
      ending: () => void this.drafts?.save(),
    });
  }

  /** Another device worked on this draft too: the form goes on with what came of both. */
  #merge(before: Prepared, { kept, conflicts }: Merged): void {
    const ended = this.#end(false);
    const { opened } = engineDraft(kept, before.ready.form.digest)!;
    this.#desk.told = { conflicts };
    this.start({ ...before, opened, kept }, { ended });
    this.#desk.redraw();
  }

  /** Files are sent ahead where the portal takes that; the code for it comes with the first file. */
  #lineOf(client: Portal | undefined): FileShelf['openLine'] {
    const upload = client?.upload?.bind(client);
    if (upload === undefined) return undefined;
    const { clock = () => new Date() } = this.#desk.options;
    return async () => {
      const { UploadLine } = await import('./upload-line.ts');
      return new UploadLine({
        upload,
        clock,
        bytes: sha256 => this.#files.get(sha256),
        changed: () => this.#files.told(),
      });
    };
  }

  #startDrafts(prepared: Prepared, { ended, claimed }: Parameters<DeskRun['start']>[1] & object): void {
    const { drafts: store, sharedDevice = false } = this.#desk.options;
    if (store === undefined) return;
    this.#files.keeper = store.files;
    const key = this.#desk.draftKey;
    const { outbox } = store;
    const on = prepared.kept !== null || !sharedDevice;
    if (on && outbox !== undefined) {
      this.journey!.outbox = {
        put: waiting => outbox.put(key, waiting),
        get: () => outbox.get(key),
        remove: () => outbox.remove(key),
      };
    }
    const keeper = new this.#keeping!.DraftKeeper({
      store,
      key,
      journey: this.journey!,
      on,
      sync: prepared.sync,
      merged: merged => this.#merge(prepared, merged),
      claimed,
      changed: this.#desk.redraw,
    });
    this.drafts = keeper;
    if (ended === undefined) void keeper.start();
    else void ended.then(() => keeper.start(true));
  }
}
