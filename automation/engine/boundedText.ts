/** Text of a process that may write without end: its beginning and its end, and how much was left out between them. */
export class BoundedText {
  private head = "";
  private tail = "";
  private left = 0;

  constructor(private readonly maxLength: number) {}

  /** Whether something was left out. */
  get isCut(): boolean {
    return this.left > 0;
  }

  add(text: string): void {
    const room = Math.max(0, this.maxLength / 2 - this.head.length);
    this.head += text.slice(0, room);
    const tail = this.tail + text.slice(room);
    const over = Math.max(0, tail.length - this.maxLength / 2);
    this.left += over;
    this.tail = tail.slice(over);
  }

  toString(): string {
    return this.isCut
      ? `${this.head}\n... ${this.left} characters left out ...\n${this.tail}`
      : this.head + this.tail;
  }
}
