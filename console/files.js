// Files in the bucket. They are read and sent by what the API signs: the API's key goes to the API alone.
import { get, post } from "./api.js";
import { t } from "./i18n.js";

export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp"];

/** Where the artifact's file can be read for a few minutes, by whoever has the link. */
export async function linkTo(artifact, signal) {
  const asked = new URL(artifact.url);
  asked.searchParams.set("redirect", "false");
  return (await get(asked.href, { signal })).url;
}

export async function contents(artifact, signal) {
  return answered(await fetch(await linkTo(artifact, signal), { signal }));
}

/** Puts the image into the bucket; what jobs call it then. */
export async function upload(file) {
  const wanted = { name: file.name, content_type: file.type, size: file.size };
  const signed = await post("/uploads", wanted, { headers: { "Idempotency-Key": crypto.randomUUID() } });
  const form = new FormData();
  for (const [name, value] of Object.entries(signed.fields)) form.append(name, value);
  form.append("file", file);
  answered(await fetch(signed.url, { method: "POST", body: form }));
  return signed.image_artifact;
}

function answered(response) {
  if (!response.ok) throw new Error(t("files.refused", { status: response.status }));
  return response;
}
