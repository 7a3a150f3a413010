import { service } from "./service";

const token = process.env.EMBED_TOKEN ?? "";
if (token.length < 32) throw new Error("EMBED_TOKEN must hold a secret of 32 characters or more");

service({ token })
  .listen({ host: "127.0.0.1", port: 8080 })
  .then((address) => console.log(`listening on ${address}`));
