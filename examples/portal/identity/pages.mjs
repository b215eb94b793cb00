// The pages of the demonstration's identity provider: plain HTML, one style sheet, no script.

const words = {
  vi: {
    title: 'Đăng nhập mô phỏng',
    lead: 'Đây là trang đăng nhập giả lập. Chọn một người (hư cấu) để tiếp tục.',
    level: 'Mức định danh',
    cancel: 'Hủy, quay lại cổng',
    note: 'Không ai trong danh sách này có thật. Không có mật khẩu; không có dữ liệu nào rời khỏi máy của bạn.',
  },
  en: {
    title: 'Simulated sign-in',
    lead: 'This is a pretend sign-in page. Pick an (invented) person to go on.',
    level: 'Identity level',
    cancel: 'Cancel, back to the portal',
    note: 'Nobody on this list exists. There is no password, and no data leave your machine.',
  },
};

export function signInPage({ personas, locale, stylePath }) {
  const w = words[locale];
  return page(
    locale,
    w.title,
    stylePath,
    `
    <p class="badge">OnceForm · demo</p>
    <h1>${w.title}</h1>
    <p class="lead">${w.lead}</p>
    <form method="post">
      <ul>${personas
        .map(
          ({ slug, name, about, claims }) => `
        <li><button name="persona" value="${escape(slug)}">
          <span class="face" aria-hidden="true">${escape(initials(name))}</span>
          <span class="who"><strong>${escape(name)}</strong><small>${escape(about[locale])}</small></span>
          <span class="level">${w.level} ${escape(claims.identity_level)}</span>
        </button></li>`,
        )
        .join('')}
      </ul>
      <button class="cancel" name="persona" value="">${w.cancel}</button>
    </form>
    <p class="note">${w.note}</p>`,
  );
}

/** `form` is the library's own, with its token; the button belongs to it. */
export function signOutPage({ form, stylePath }) {
  return page(
    'vi',
    'Đăng xuất',
    stylePath,
    `
    <p class="badge">OnceForm · demo</p>
    <h1>Đăng xuất <span lang="en">· Sign out</span></h1>
    <p class="lead">Đã đăng xuất khỏi cổng. Đăng xuất cả khỏi trang đăng nhập mô phỏng này?<br>
      <span lang="en">You are signed out of the portal. Sign out of this simulated sign-in too?</span></p>
    ${form}
    <button class="pay" form="op.logoutForm" name="logout" value="yes">Đăng xuất · Sign out</button>`,
  );
}

export function errorPage({ error, description, portal, stylePath }) {
  return page(
    'vi',
    'Không đăng nhập được',
    stylePath,
    `
    <p class="badge">OnceForm · demo</p>
    <h1>Không đăng nhập được <span lang="en">· Sign-in failed</span></h1>
    <p class="lead">${escape(error)}: ${escape(description ?? '')}</p>
    <p><a href="${escape(portal)}">Quay lại cổng · Back to the portal</a></p>`,
  );
}

function page(locale, title, stylePath, body) {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${stylePath}">
</head>
<body><main>${body}
</main></body>
</html>
`;
}

function initials(name) {
  const parts = name
    .replace(/\(.*\)/, '')
    .split(' ')
    .filter(Boolean);
  return `${parts[0]?.[0] ?? ''}${parts.length > 1 ? parts.at(-1)[0] : ''}`.toLocaleUpperCase('vi');
}

function escape(text) {
  return String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
