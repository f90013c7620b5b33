/**
 * A page of Voila ends its kernel when it is left. Voila (0.5.13) asks for that with the token of the cookie `_xsrf`,
 * which nothing sets where the first page that is opened is a notebook: the server then refuses, and the kernel runs on
 * with a question that nobody can see. The server compares the two and nothing else, so the page may make one itself.
 */
export function letTheKernelEnd(): void {
  if (/(^|; )_xsrf=./.test(document.cookie)) return;
  const token = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...token].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is there on https pages alone.
  document.cookie = `_xsrf=${hex}; path=/; SameSite=Lax`;
}
