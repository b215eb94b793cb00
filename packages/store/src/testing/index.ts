// @onceform/store/testing: what proves a source, and sources that lie. A table of contents.
export {};
