// The portal's page in the frame: answers the hosts on the list. The server says the same in `frame-ancestors`.

import { answerFrame } from '{path}';

answerFrame(document.querySelector('once-form'), { allow: ['{host}'] });
