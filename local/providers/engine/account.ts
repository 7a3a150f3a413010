/** The account and region in which a resource is made. */
export interface Account {
  readonly id: string;
  readonly region: string;
  /** Random hexadecimal digits. */
  hex(digits: number): string;
  /** 1, 2, 3 ... for each name, never the same twice. */
  next(counter: string): number;
}
