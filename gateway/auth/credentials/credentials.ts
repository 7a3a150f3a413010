/** What a client shows to prove who it is; "" when absent. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly token: string;
}

export const noCredentials: Credentials = { user: "", password: "", token: "" };

export const isAnonymous = ({ user, password, token }: Credentials): boolean =>
  user === "" && password === "" && token === "";
