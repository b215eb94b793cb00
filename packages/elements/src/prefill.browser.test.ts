import { decisions, type Decision, type Offer } from '@onceform/core';
import { expect } from 'chai';
import { birthResults, codeLists } from '../gallery/birth.ts';
import { createFakePortal, type FakePortal, type FakePortalOptions } from '../gallery/portal.ts';
import { evidenceOf } from './evidence.ts';
import type { OnceForm } from './once-form.ts';
import { stepOf } from './steps.ts';
import { axeFindings, button, control, loadForm, mount, type, until } from './testing/open.ts';

let element: OnceForm;
let portal: FakePortal;
afterEach(() => element.remove());

async function open(options: FakePortalOptions = {}): Promise<void> {
  portal = createFakePortal({ results: birthResults, codeLists, ...options });
  element = await mount('birth-registration', { client: portal, locale: 'vi' });
}

const words = (): string => element.renderRoot.textContent!.replace(/\s+/g, ' ');
const data = (): Record<string, Record<string, unknown>> => element.currentSession!.state.data as never;
const card = (title: string): HTMLElement =>
  [...element.querySelectorAll<HTMLElement>('.once-offer, .once-record, .once-group')].find(item =>
    item.textContent.includes(title),
  )!;
const pick = (label: string): void =>
  [...element.querySelectorAll<HTMLLabelElement>('.once-card label')]
    .find(item => item.textContent.trim().replace(/\s+/g, ' ').startsWith(label))!
    .click();

async function fetchAndUse(): Promise<void> {
  button(element, 'Đồng ý và lấy').click();
  await until(() => element.desk!.journey!.prefill!.status === 'answered');
  await element.updateComplete;
  button(element, 'Dùng các thông tin').click();
  await until(() => element.desk!.journey!.step.kind === 'page');
  await element.updateComplete;
}

describe('taking what the State already knows', () => {
  it('says purpose, sources and data, and fetches nothing before the citizen agrees', async () => {
    await open();
    await until(() => words().includes('CSDL quốc gia về dân cư'));
    expect(words()).to.contain('Mục đích:').and.to.contain('Chưa có gì được lấy trước khi');
    expect(portal.calls).to.not.contain('prefill');
    button(element, 'Không đồng ý').click();
    await until(() => element.desk!.journey!.step.kind === 'page');
    expect(portal.calls).to.not.contain('prefill');
  });

  it('previews whole records with source, date and verification, and seals what was taken', async () => {
    await open();
    button(element, 'Đồng ý và lấy').click();
    await until(() => words().includes('Nguyễn Thị Mẫu'));
    await until(() => words().includes('Số 5, đường Trần Phú, Phường Thành Sen, Tỉnh Hà Tĩnh'));
    expect(words())
      .to.contain('Lấy từ CSDL quốc gia về dân cư')
      .and.to.contain('Đã xác minh')
      .and.to.contain('Cập nhật đến 14/03/2025');
    await until(() => element.desk!.journey!.prefill!.status === 'answered');
    await element.updateComplete;
    button(element, 'Dùng các thông tin').click();
    await until(() => element.desk!.journey!.step.kind === 'page');
    expect(portal.calls).to.contain('seal');
    expect(data()['requester']!['fullName']).to.equal('Nguyễn Thị Mẫu');
  });

  it('shows locked answers as text in one card, with the words that say so, and controls for the rest only', async () => {
    await open();
    await fetchAndUse();
    const shown = element.querySelector('[data-pointer="/requester/fullName"]')!;
    expect(shown.closest('.once-record')).to.not.equal(null);
    expect(shown.querySelector('input')).to.equal(null);
    expect(words()).to.contain('Đã xác minh, không sửa tại đây');
    expect(control(element, '/requester/relation').readOnly).to.equal(false);
    expect(element.querySelectorAll('[disabled]').length).to.equal(0);
  });

  it('lets the citizen change what is correctable, says that it differs, and gives the way back', async () => {
    await open();
    await fetchAndUse();
    element.desk!.journey!.goTo('page:child');
    await element.updateComplete;
    type(control(element, '/child/birthDate', '[data-part=day]'), '11');
    await until(() => words().includes('Đã sửa so với dữ liệu gốc'));
    expect(data()['child']!['birthDate']).to.equal('2026-11-11');
    button(element, 'Khôi phục').click();
    expect(data()['child']!['birthDate']).to.equal('2026-11-10');
  });

  it('asks why a correctable value differs, and goes on only with a reason, which follows the value', async () => {
    await open();
    await fetchAndUse();
    element.desk!.journey!.goTo('page:child');
    await element.updateComplete;
    for (const [pointer, value] of [
      ['/child/fullName', 'Nguyễn Văn Bé'],
      ['/child/birthDate', '2026-11-11'],
      ['/child/ethnicity', 'kinh'],
    ])
      element.currentSession!.dispatch({ changes: { set: pointer!, value: value! } });
    await element.desk!.journey!.submit();
    const summary = (): string[] =>
      element.desk!.journey!.summary!.map(({ pointer, keyword }) => `${keyword} ${pointer}`);
    expect(summary()).to.contain('reason /child/birthDate');
    await until(() => words().includes('Vui lòng ghi lý do Ngày, tháng, năm sinh khác với dữ liệu'));
    [...element.querySelectorAll<HTMLAnchorElement>('.once-summary a')]
      .find(link => link.textContent.includes('lý do'))!
      .click();
    const box = (): HTMLTextAreaElement => element.querySelector('textarea[id$="~reason"]')!;
    await until(() => document.activeElement === box());
    expect(await axeFindings(element)).to.deep.equal([]);
    box().value = 'Giấy chứng sinh ghi nhầm ngày';
    box().dispatchEvent(new Event('change'));
    const said = (): unknown => decisions(element.currentSession!.state).find(({ action }) => action === 'dispute');
    expect(said()).to.include({
      pointer: '/child/birthDate',
      reason: 'Giấy chứng sinh ghi nhầm ngày',
      value: '2026-11-11',
    });
    element.currentSession!.dispatch({ changes: { set: '/child/birthDate', value: '2026-11-09' } });
    await element.desk!.journey!.prefill!.seal();
    expect(said()).to.include({ reason: 'Giấy chứng sinh ghi nhầm ngày', value: '2026-11-09' });
    await element.desk!.journey!.submit();
    expect(summary()).to.not.contain('reason /child/birthDate');
    button(element, 'Khôi phục').click();
    expect(said(), 'with the official value the objection is gone').to.equal(undefined);
  });

  it('asks once more for what became relevant, marks records that differ, and takes one as a whole', async () => {
    await open();
    await fetchAndUse();
    element.currentSession!.dispatch({ changes: { set: '/situation/parents', value: 'married' } });
    const steps = element.desk!.journey!.steps.map(({ id }) => id);
    expect(steps).to.contain('page:mother');
    element.desk!.journey!.goTo('page:mother');
    await until(() => words().includes('Các nguồn ghi khác nhau'));
    expect(portal.calls.filter(call => call === 'prefill')).to.have.length(2);
    expect(words()).to.contain('Giống với CSDL hộ tịch điện tử').and.to.contain('Đã lâu chưa cập nhật');
    pick('Lấy từ kho dữ liệu');
    await until(() => data()['mother']?.['fullName'] === 'Nguyễn Thị Mẫn');
    expect(data()['mother']!['personalId']).to.equal('042196000017');
    expect(control(element, '/mother/fullName').value).to.equal('Nguyễn Thị Mẫn');
    expect(await axeFindings(element)).to.deep.equal([]);
  });

  it('keeps what the citizen typed when they say so, and leaves the fields free when they decline', async () => {
    await open();
    button(element, 'Không đồng ý').click();
    await until(() => element.desk!.journey!.step.kind === 'page');
    type(control(element, '/requester/fullName'), 'Tên Tôi Gõ');
    element.desk!.journey!.goTo('start');
    await element.updateComplete;
    button(element, 'Đồng ý và lấy').click();
    await until(() => element.desk!.journey!.prefill!.status === 'answered');
    await element.updateComplete;
    expect(data()['requester']!['fullName'], 'a late answer offers, never overwrites').to.equal('Tên Tôi Gõ');
    card('Người yêu cầu')
      .querySelectorAll('details')
      .forEach(details => {
        details.open = true;
      });
    pick('Giữ thông tin tôi đã nhập');
    button(element, 'Dùng các thông tin').click();
    await until(() => element.desk!.journey!.step.kind === 'page');
    await element.updateComplete;
    expect(control(element, '/requester/fullName').value).to.equal('Tên Tôi Gõ');
  });

  it('says why a field is empty, beside it, and retries', async () => {
    await open();
    await fetchAndUse();
    element.currentSession!.dispatch({ changes: { set: '/situation/parents', value: 'married' } });
    element.desk!.journey!.goTo('page:father');
    await until(() => element.querySelector('[data-pointer="/father/fullName"] .once-miss'));
    const field = element.querySelector('[data-pointer="/father/fullName"]')!;
    expect(field.querySelector('.once-miss')!.textContent).to.contain('trả lời chậm');
    const box = field.querySelector('input')!;
    expect(box.getAttribute('aria-describedby')).to.contain('~miss');
    const before = portal.calls.filter(call => call === 'prefill').length;
    field.querySelector<HTMLButtonElement>('.once-miss button')!.click();
    await until(() => portal.calls.filter(call => call === 'prefill').length === before + 1);
  });

  it('takes a report that a value is wrong, and keeps the official one', async () => {
    await open();
    await fetchAndUse();
    button(element, 'Báo thông tin sai').click();
    await until(() => element.querySelector('dialog[open]'));
    expect(await axeFindings(element)).to.deep.equal([]);
    button(element, 'Gửi báo sai').click();
    expect(element.querySelector('dialog textarea')!.getAttribute('aria-invalid')).to.equal('true');
    element.querySelector<HTMLTextAreaElement>('dialog textarea')!.value = 'Tên đệm của tôi là Thị';
    element.querySelector<HTMLInputElement>('dialog input[id$="-value"]')!.value = 'Nguyễn Thị Thị Mẫu';
    const paper = new File(['%PDF-1.7'], 'giay-khai-sinh.pdf', { type: 'application/pdf' });
    const input = element.querySelector<HTMLInputElement>('dialog input[type=file]')!;
    const files = new DataTransfer();
    files.items.add(paper);
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
    await until(() => element.querySelector('dialog')!.textContent.includes('giay-khai-sinh.pdf'));
    expect(element.querySelector<HTMLTextAreaElement>('dialog textarea')!.value).to.contain('Tên đệm');
    button(element, 'Gửi báo sai').click();
    await until(() => element.querySelector('dialog') === null);
    const made = decisions(element.currentSession!.state).find(({ action }) => action === 'dispute') as Extract<
      Decision,
      { action: 'dispute' }
    >;
    expect(made).to.include({ item: '/requester', reason: 'Tên đệm của tôi là Thị', value: 'Nguyễn Thị Thị Mẫu' });
    expect(made.evidence!.map(({ name }) => name)).to.deep.equal(['giay-khai-sinh.pdf']);
    expect(data()['requester']!['fullName']).to.equal('Nguyễn Thị Mẫu');
    await until(() => words().includes('Đã báo chưa đúng: Họ, chữ đệm, tên'));
    expect(words()).to.contain('Sẽ gửi đến cơ quan quản lý');
    const extra = await evidenceOf([made], element.desk!.journey!.files);
    expect(extra.map(({ path, name }) => [path, name])).to.deep.equal([
      ['data/evidence/001.pdf', 'giay-khai-sinh.pdf'],
    ]);
    await element.desk!.journey!.prefill!.seal();
    await until(() => words().includes('đang kiểm tra, mã Q-0123456789ab'));
  });

  it('refuses a right value that cannot be one, and says so', async () => {
    await open();
    await fetchAndUse();
    button(element, 'Báo thông tin sai').click();
    await until(() => element.querySelector('dialog[open]'));
    const select = element.querySelector<HTMLSelectElement>('dialog select')!;
    select.value = '/requester/birthDate';
    select.dispatchEvent(new Event('change'));
    await element.updateComplete;
    element.querySelector<HTMLTextAreaElement>('dialog textarea')!.value = 'Sai ngày';
    element.querySelector<HTMLInputElement>('dialog input[id$="-value"]')!.value = '31/02/1996';
    button(element, 'Gửi báo sai').click();
    expect(element.querySelector('dialog')!.textContent).to.contain('Chưa hiểu được');
    element.querySelector<HTMLInputElement>('dialog input[id$="-value"]')!.value = '05/05/1996';
    button(element, 'Gửi báo sai').click();
    const made = decisions(element.currentSession!.state).find(({ action }) => action === 'dispute');
    expect(made).to.include({ pointer: '/requester/birthDate', value: '1996-05-05' });
  });

  it('offers papers that the State holds in place of a file, and goes back to the file', async () => {
    const source = { id: 'results', name: { vi: 'Kho kết quả', en: 'Results' }, kind: 'issued-document' as const };
    const document = {
      id: 'd-1',
      source,
      kind: 'result' as const,
      type: 'x',
      title: { vi: 'Trích lục kết hôn', en: 'Marriage extract' },
      issuer: { vi: 'UBND phường Thành Sen', en: 'Commune' },
      issuedAt: '2024-05-06',
      mediaType: 'application/pdf',
      size: 1,
      sha256: 'a'.repeat(64),
    };
    const reference = { source: 'results', documentId: 'd-1', sha256: document.sha256 };
    const everywhere = Object.fromEntries(
      (await loadForm('birth-registration')).components.map(({ id }) => [
        id,
        { offers: [{ document, reference }], unavailable: [] },
      ]),
    );
    await open({ held: everywhere });
    button(element, 'Không đồng ý').click();
    await until(() => element.desk!.journey!.step.kind === 'page');
    element.desk!.journey!.goTo('papers');
    await until(() => words().includes('Trích lục kết hôn'));
    expect(words()).to.contain('UBND phường Thành Sen, cấp ngày 06/05/2024');
    expect(await axeFindings(element)).to.deep.equal([]);
    const before = element.querySelectorAll('.once-file-input').length;
    const missing = element.desk!.journey!.missingPapers.length;
    pick('Trích lục kết hôn');
    await until(() => element.querySelectorAll('.once-file-input').length === before - 1);
    expect(element.desk!.journey!.missingPapers.length).to.equal(missing - 1);
    element.desk!.journey!.goTo('review');
    await until(() => words().includes('Dùng bản điện tử đã có: Trích lục kết hôn, cấp ngày 06/05/2024'));
    element.desk!.journey!.goTo('papers');
    await element.updateComplete;
    pick('Không dùng, tôi tải tệp lên');
    await until(() => element.querySelectorAll('.once-file-input').length === before);
    expect(element.desk!.journey!.missingPapers.length).to.equal(missing);
  });

  it('says which papers are not asked for, and why', async () => {
    await open();
    await fetchAndUse();
    element.desk!.journey!.goTo('papers');
    await element.updateComplete;
    expect(words())
      .to.contain('Giấy tờ không phải nộp')
      .and.to.contain('Không phải nộp – đã có dữ liệu')
      .and.to.contain('Đã có dữ liệu:');
  });

  it('goes on without the sources when they cannot be reached', async () => {
    await open();
    portal.prefill = () => {
      throw Object.assign(new Error('down'), { code: 'ERR_NETWORK' });
    };
    button(element, 'Đồng ý và lấy').click();
    await until(() => words().includes('Chưa lấy được thông tin'));
    button(element, 'Không đồng ý').click();
    await until(() => element.desk!.journey!.step.kind === 'page');
  });
});

describe('rows that the State knows of', () => {
  const npd = { id: 'npd', name: { vi: 'CSDL quốc gia về dân cư' }, kind: 'authoritative' as const };
  const person = (index: number, id: string, name: string, more: Partial<Offer> = {}): Offer => ({
    id,
    item: `/members/${index}`,
    source: npd,
    recordRef: `r-${id}`,
    lastUpdated: '2025-03-14',
    retrievedAt: '2026-11-22T02:10:00Z',
    verification: { status: 'verified', assuranceLevel: 'high' },
    flags: [],
    preferred: true,
    rule: 'only',
    values: [
      { pointer: `/members/${index}/fullName`, concept: 'person.fullName', edit: 'locked', value: name },
      { pointer: `/members/${index}/birthDate`, concept: 'person.birthDate', edit: 'locked', value: '1990-01-02' },
    ],
    ...more,
  });
  const members = (): { fullName: string }[] =>
    (data() as unknown as { members?: { fullName: string }[] }).members ?? [];
  const candidates = (): Element[] => [...element.querySelectorAll('.once-candidates > .once-cards > .once-card')];

  beforeEach(async () => {
    const results = [
      { item: '/members/0', misses: [], offers: [person(0, 'a', 'Lê Văn Một')] },
      {
        item: '/members/1',
        misses: [],
        offers: [
          person(1, 'b', 'Lê Thị Hai', { flags: ['conflict'] }),
          person(1, 'c', 'Lê Thị Hài', {
            flags: ['conflict'],
            preferred: false,
            source: { ...npd, id: 'x', name: { vi: 'Sổ hộ khẩu' } },
          }),
        ],
      },
      { item: '/members/2', misses: [], offers: [person(2, 'd', 'Lê Văn Ba')] },
    ];
    portal = createFakePortal({ codeLists });
    portal.prefill = async function* () {
      yield* results;
    };
    element = await mount('permanent-residence', { client: portal, locale: 'vi' });
    button(element, 'Đồng ý và lấy').click();
    await until(() => element.desk!.journey!.prefill!.status === 'answered');
    await element.updateComplete;
    expect(words()).to.contain('Tìm thấy 3 bản ghi');
    button(element, 'Dùng các thông tin').click();
    await until(() => element.desk!.journey!.step.kind === 'page');
    element.desk!.journey!.goTo(stepOf(element.desk!.journey!, '/members')!.id);
    await until(() => candidates().length === 3);
  });

  it('are looked through beside the list: taken one by one, left out, and marked where sources differ', async () => {
    expect(members(), 'nothing is taken without a word').to.deep.equal([]);
    expect(words()).to.contain('Có 3 bản ghi trong cơ sở dữ liệu');
    expect(candidates()[1]!.textContent).to.contain('Các nguồn ghi khác nhau').and.to.contain('Lê Thị Hài');
    expect(await axeFindings(element)).to.deep.equal([]);
    candidates()[1]!.querySelectorAll('button')[1]!.click();
    await until(() => candidates().length === 2);
    expect(members().map(({ fullName }) => fullName)).to.deep.equal(['Lê Thị Hài']);
    const row = element.querySelector('.once-row')!;
    expect(row.querySelector('.once-record')!.textContent).to.contain('Sổ hộ khẩu');
    expect(row.querySelector('[data-pointer="/members/0/fullName"] input'), 'locked').to.equal(null);
    [...candidates()[0]!.querySelectorAll('button')].at(-1)!.click();
    await until(() => candidates().length === 1);
    expect(members()).to.have.length(1);
    // What was left out is looked up again, and taken after all.
    const left = element.querySelector<HTMLDetailsElement>('.once-candidates details')!;
    expect(left.textContent).to.contain('Đã bỏ qua: 1').and.to.contain('Lê Văn Một');
    left.open = true;
    expect(await axeFindings(element)).to.deep.equal([]);
    left.querySelector('button')!.click();
    await until(() => members().length === 2);
    expect(members().map(({ fullName }) => fullName)).to.deep.equal(['Lê Thị Hài', 'Lê Văn Một']);
    expect(element.querySelector('.once-candidates details')).to.equal(null);
  });

  it('are taken all at once where nothing speaks against them', async () => {
    button(element, 'Dùng tất cả (2)').click();
    await until(() => candidates().length === 1);
    expect(members().map(({ fullName }) => fullName)).to.deep.equal(['Lê Văn Một', 'Lê Văn Ba']);
    expect(candidates()[0]!.textContent).to.contain('Lê Thị Hai');
  });
});
