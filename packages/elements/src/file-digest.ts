// The digest that names a file, loaded with the first file.

export { sha256 } from '@onceform/core';
