// @onceform/vn
export {};
