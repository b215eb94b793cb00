// An Angular page around a form: properties go in by [property], events come out by (event), with signals.

import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core';
import type { OnceEvents } from '@onceform/elements';
import { openDraftStore } from '@onceform/elements/drafts';
import { createPortalClient } from '@onceform/store/client';

@Component({
  selector: 'app-root',
  // Angular does not know the elements of others by name; this lets it draw them.
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <h1>A form in an Angular page</h1>
    <nav>
      <button type="button" (click)="locale.set(locale() === 'en' ? 'vi' : 'en')">Other language</button>
      <button type="button" (click)="open.set(!open())">{{ open() ? 'Close' : 'Open' }} the form</button>
    </nav>
    <p role="status">{{ said() }}</p>
    @if (open()) {
      <once-form
        src="/api/forms/library-card"
        [locale]="locale()"
        [client]="client"
        [drafts]="drafts"
        (once-change)="changed($event)"
        (once-submit)="filed($event)"
      ></once-form>
    }
  `,
})
export class App {
  // Made once: another client would open the form anew.
  protected readonly client = createPortalClient();
  protected readonly drafts = openDraftStore();
  protected readonly locale = signal('en');
  protected readonly open = signal(true);
  protected readonly said = signal('');

  protected changed(event: Event): void {
    const { data } = (event as CustomEvent<OnceEvents['once-change']>).detail;
    this.said.set(`A card for ${(data as { name?: string }).name ?? ''}`);
  }

  protected filed(event: Event): void {
    const { receipt } = (event as CustomEvent<OnceEvents['once-submit']>).detail;
    this.said.set(`Filed as ${receipt?.code ?? 'nothing'}`);
  }
}
