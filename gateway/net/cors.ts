/** Any page may play a stream, with credentials that it has been given; cookies play no part. */
export const corsHeaders = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, OPTIONS",
  "access-control-allow-headers": "Authorization, Range",
  "access-control-max-age": "86400",
} as const;
