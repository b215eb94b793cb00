// Attached files: chosen or photographed, judged before they are taken in, listed with how far each has been sent and a
// way to see it and take it away.

import { answerAt, serializeDraft, type FileReference, type Json } from '@onceform/core';
import { html, noChange, nothing } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive, type ChildPart } from 'lit/directive.js';
import type { Control } from '../control.ts';
import { takeFile, type FileLimits } from '../file-shelf.ts';
import { troubleText } from '../trouble.ts';
import type { View } from '../view.ts';

const MAX = 10 * 1024 * 1024;

/** The control of an answer that is a file, or several. */
export function fileAnswer(control: Control): unknown {
  const { node, value } = control;
  const files = (Array.isArray(value)
    ? value
    : value === undefined
      ? []
      : [value]) as unknown as readonly FileReference[];
  const hold = (list: readonly FileReference[]) => {
    const answer = node.multiple === true ? list : list[list.length - 1];
    control.set(list.length === 0 ? undefined : (answer as unknown as Json));
    control.touch();
  };
  return filePicker({
    view: control.view,
    id: control.id,
    label: control.label,
    describedBy: control.describedBy,
    invalid: control.invalid,
    required: control.required,
    readOnly: control.readOnly,
    multiple: node.multiple === true,
    limits: { accept: node.accept ?? [], maxSize: node.maxSize ?? MAX },
    files,
    add: file => {
      const now = answerAt(control.view.session.state, control.pointer);
      const held = (node.multiple === true && Array.isArray(now) ? now : []) as unknown as readonly FileReference[];
      hold([...held.filter(({ sha256 }) => sha256 !== file.sha256), file]);
    },
    remove: file => hold(files.filter(item => item !== file)),
  });
}

export interface FilePickerProps extends Pick<Control, 'id' | 'describedBy' | 'invalid' | 'required' | 'readOnly'> {
  readonly view: View;
  /** What is attached, for the names of its buttons. */
  readonly label: string;
  readonly limits: FileLimits;
  readonly multiple: boolean;
  readonly files: readonly FileReference[];
  add(file: FileReference): void;
  remove(file: FileReference): void;
}

class FilePicker extends AsyncDirective {
  #props!: FilePickerProps;
  #busy = 0;
  #refused: string[] = [];
  /** The name of the file that was taken away last. */
  #removed: string | undefined;
  /** What came of taking traces out, as the key of a sentence. */
  readonly #stripped = new Map<string, 'file.stripped' | 'file.noTraces'>();
  #stop: (() => void) | undefined;

  override render(_props: FilePickerProps): unknown {
    return noChange;
  }

  override update(_part: ChildPart, [props]: [FilePickerProps]): unknown {
    const other = props.view.files !== this.#props?.view.files;
    this.#props = props;
    if (other || this.#stop === undefined) this.#listen();
    return this.#template();
  }

  override disconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  override reconnected(): void {
    this.#listen();
  }

  #listen(): void {
    this.#stop?.();
    this.#stop = this.#props.view.files.watch(() => {
      this.#putBack();
      this.#show(0);
    });
    if (this.#props.files.length > 0) queueMicrotask(() => this.#putBack());
  }

  /** What the portal refused is not attached: a sentence stands in its place. */
  #putBack(): void {
    const { view, files } = this.#props;
    for (const file of files) {
      const upload = view.files.upload(file.sha256);
      if (upload?.kind !== 'failed' || !upload.refused) continue;
      this.#refused.push(`${file.name}: ${troubleText(view, upload.error)}`);
      this.#letGo(file);
    }
  }

  /** Takes a file out of the answer, and off the shelf unless the form names it elsewhere too. */
  #letGo(file: FileReference): void {
    const { view, remove } = this.#props;
    remove(file);
    if (!JSON.stringify(serializeDraft(view.session.state)).includes(file.sha256)) view.files.drop(file.sha256);
  }

  #template(): unknown {
    const { view, id, label, describedBy, invalid, required, readOnly, multiple, limits, files } = this.#props;
    const { t, size } = view.words;
    const photos = limits.accept.length === 0 || limits.accept.some(type => type.startsWith('image/'));
    const types = limits.accept.map(typeName).join(', ');
    return html`<div class="once-file" @dragover=${allow} @drop=${this.#drop}>
      ${
        readOnly
          ? nothing
          : html`<p class="once-hint" id=${`${id}~limits`}>${
              types === ''
                ? t('file.size', { size: size(limits.maxSize) })
                : t('help.file', { types, size: size(limits.maxSize) })
            }</p>
      <input type="file" class="once-file-input" id=${id} form=${view.detached ? '' : nothing} ?multiple=${multiple}
        accept=${limits.accept.join(',') || nothing} ?required=${required && files.length === 0} aria-invalid=${invalid}
        aria-describedby=${[describedBy === nothing ? '' : (describedBy as string), `${id}~limits`].join(' ').trim()} @change=${this.#chosen}>
      ${
        photos
          ? html`<label class="once-button once-camera" data-kind="secondary">${t('action.takePhoto')}<span class="once-hidden"> ${label}</span>
        <input type="file" class="once-hidden" accept="image/*" capture="environment" form=${view.detached ? '' : nothing} @change=${this.#chosen}></label>`
          : nothing
      }`
      }
      <div class="once-file-status" role="status">${this.#busy > 0 ? html`<p>${t('file.reading')}</p>` : nothing}${
        this.#removed === undefined ? nothing : html`<p>${t('file.removed', { name: this.#removed })}</p>`
      }</div>
      <div role="alert">${this.#refused.map(sentence => html`<p class="once-issue" data-severity="error">${sentence}</p>`)}</div>
      ${
        files.length === 0
          ? nothing
          : html`<ul class="once-files" aria-label=${t('file.attached', { label })}>${files.map(
              file => html`<li class="once-file-item">
        <span class="once-file-name">${file.name}</span><span class="once-file-size">${size(file.size)}</span>
        ${
          view.files.url(file.sha256) === undefined
            ? nothing
            : html`<a class="once-link" target="_blank" rel="noopener" href=${view.files.url(file.sha256)!}>${t('action.view')}<span class="once-hidden"> ${file.name}</span></a>`
        }
        ${
          readOnly
            ? nothing
            : html`<button type="button" class="once-button" data-kind="quiet" @click=${() => this.#remove(file)}
          >${t('action.remove')}<span class="once-hidden"> ${file.name}</span></button>${this.#traces(file)}`
        }${this.#progress(file)}</li>`,
            )}</ul>`
      }
    </div>`;
  }

  /** How far a file has come; nothing where files go with the package. */
  #progress(file: FileReference): unknown {
    const { view } = this.#props;
    const { t } = view.words;
    const upload = view.files.upload(file.sha256);
    switch (upload?.kind) {
      case 'waiting':
        return html`<span class="once-file-sent">${t('upload.waiting')}</span>`;
      case 'sending': {
        const percent = Math.floor((100 * upload.sent) / file.size);
        return html`<span class="once-file-sent">${t(upload.offline ? 'upload.offline' : 'upload.sending', { percent })}</span>
          <progress class="once-progress-bar" max="100" .value=${percent} aria-label=${t('upload.progress', { name: file.name })}></progress>`;
      }
      case 'sent':
        return html`<span class="once-file-sent" data-tone="ok">${t('upload.sent')}</span>`;
      case 'failed':
        return html`<span class="once-file-sent" data-tone="bad" role="alert">${t('upload.failed')}</span>
          <button type="button" class="once-link" @click=${() => void view.files.retry(file)}>${t('action.tryAgain')}<span class="once-hidden"> ${file.name}</span></button>`;
      default:
        return nothing;
    }
  }

  /** A photo small enough to be taken as it is may say where and with what it was taken: the citizen may have that taken out. */
  #traces(file: FileReference): unknown {
    const { t } = this.#props.view.words;
    if (!STRIPPED.has(file.type)) return nothing;
    const said = this.#stripped.get(file.sha256);
    return said === undefined
      ? html`<button type="button" class="once-button" data-kind="quiet" @click=${() => void this.#strip(file)}
          >${t('file.strip')}<span class="once-hidden"> ${file.name}</span></button>`
      : html`<span class="once-file-sent" role="status">${t(said)}</span>`;
  }

  async #strip(file: FileReference): Promise<void> {
    const { view, add } = this.#props;
    const photo = await view.files.get(file.sha256);
    if (photo === undefined) return;
    const { stripMetadata } = await import('@onceform/dossier');
    const bare = await stripMetadata(photo);
    if (bare.size === photo.size) {
      this.#stripped.set(file.sha256, 'file.noTraces');
      return this.#show(0);
    }
    const taken = await view.files.put(bare, file.name);
    this.#stripped.set(taken.sha256, 'file.stripped');
    this.#letGo(file);
    add(taken);
    void view.files.send(taken);
    this.#show(0);
  }

  #remove(file: FileReference): void {
    const { view, id } = this.#props;
    this.#refused = [];
    this.#removed = file.name;
    this.#letGo(file);
    this.#show(0);
    // The button is gone with its file: the focus stays at the control.
    view.root().getElementById(id)?.focus();
  }

  #chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    void this.#take(Array.from(input.files ?? []));
    input.value = '';
  };

  #drop = (event: DragEvent): void => {
    if (this.#props.readOnly || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    void this.#take(Array.from(event.dataTransfer.files));
  };

  async #take(files: readonly File[]): Promise<void> {
    const { view, limits, multiple } = this.#props;
    const { t, size } = view.words;
    this.#refused = [];
    this.#removed = undefined;
    for (const file of multiple ? files : files.slice(0, 1)) {
      this.#show(1);
      const taken = await takeFile(view.files, file, limits).catch((): 'read' => 'read');
      this.#show(-1);
      switch (taken) {
        case 'type':
          this.#refused.push(t('error.fileType', { name: file.name, types: limits.accept.map(typeName).join(', ') }));
          break;
        case 'size':
          this.#refused.push(
            t('error.fileSize', { name: file.name, size: size(file.size), max: size(limits.maxSize) }),
          );
          break;
        case 'read':
          this.#refused.push(t('error.fileRead', { name: file.name }));
          break;
        default:
          this.#props.add(taken);
          void view.files.send(taken);
      }
    }
    this.#show(0);
  }

  #show(more: number): void {
    this.#busy += more;
    if (this.isConnected) this.setValue(this.#template());
  }
}

/** Pictures whose traces can be taken out without touching the picture. */
const STRIPPED: ReadonlySet<string> = new Set(['image/jpeg', 'image/png']);

const filePickerDirective = directive(FilePicker);

/** The picker alone, for answers and for papers. */
export function filePicker(props: FilePickerProps): unknown {
  return filePickerDirective(props);
}

/** `application/pdf` → `PDF`. */
export function typeName(type: string): string {
  return type === 'image/*' ? 'JPG, PNG' : (type.split(/[/.]/).pop() ?? type).toUpperCase().replace('JPEG', 'JPG');
}

function allow(event: DragEvent): void {
  event.preventDefault();
}
