/** An answer of the local AWS API. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as REST services (Lambda) send it. */
export function restError(
  status: number,
  code: string,
  message: string,
  extra: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
    body: JSON.stringify({ ...extra, Message: message, message }),
  };
}

/** An error as JSON 1.1 services (Secrets Manager) send it: always 400. */
export function jsonError(code: string, message: string): Answer {
  return {
    status: 400,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code },
    body: JSON.stringify({ __type: code, Message: message, message }),
  };
}

export const invalidToken = {
  code: "UnrecognizedClientException",
  message: "The security token included in the request is invalid.",
} as const;
