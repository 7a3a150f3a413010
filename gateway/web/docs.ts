/** Swagger UI's bundle puts itself there. */
declare const SwaggerUIBundle: (options: object) => unknown;

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  tryItOutEnabled: true,
  // Its online checker would send the document elsewhere.
  validatorUrl: null,
});
