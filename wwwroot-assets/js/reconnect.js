// The line to the server is lost or found again: a small bar says so, and the page stays readable.
const bar = document.getElementById("components-reconnect-modal");

bar?.addEventListener("components-reconnect-state-changed", event => {
  if (event.detail.state === "rejected") location.reload(); // the server was restarted: the page begins anew in the same picture
  if (event.detail.state === "failed") document.addEventListener("visibilitychange", retryOnReturn);
});

async function retryOnReturn() {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", retryOnReturn);
  if (!(await Blazor.reconnect().catch(() => false))) location.reload();
}

bar?.querySelector("button")?.addEventListener("click", () => location.reload());
