// @onceform/cli
export {};
