export const userOf = (n: number) => `user${n}`;
export const passwordOf = (n: number) => `password-of-user${n}`;
/** All users may watch what is shared with it. */
export const channel = "Everybody";

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
