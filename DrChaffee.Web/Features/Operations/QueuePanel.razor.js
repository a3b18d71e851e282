// Rows of the queue are dragged here; the page hears of it once, when a row is dropped.
const followed = new WeakSet();

export function follow(table, page) {
  if (!table || followed.has(table)) return;
  followed.add(table);
  let dragged = null, target = null, before = true;

  const row = event => event.target.closest?.("tr[data-key]");
  const mark = () => { if (target) target.dataset.drop = before ? "before" : "after"; };
  const unmark = () => { if (target) delete target.dataset.drop; target = null; };

  table.addEventListener("dragstart", event => {
    dragged = row(event);
    if (dragged?.draggable !== true) { dragged = null; return; }
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.key);
    dragged.dataset.dragged = "";
  });
  table.addEventListener("dragover", event => {
    const over = row(event);
    if (!dragged || !over?.draggable) return;
    event.preventDefault();
    unmark();
    if (over === dragged) return;
    target = over;
    const box = over.getBoundingClientRect();
    before = event.clientY < box.top + box.height / 2;
    mark();
  });
  table.addEventListener("drop", event => {
    if (!dragged || !target) return;
    event.preventDefault();
    page.invokeMethodAsync("DropAsync", dragged.dataset.key, target.dataset.key, before);
  });
  table.addEventListener("dragend", () => {
    if (dragged) delete dragged.dataset.dragged;
    unmark();
    dragged = null;
  });
}

// A row that moved loses the focus; one that is first or last now has its other button.
export function focus(table, key, step) {
  const moved = [...table.querySelectorAll("tr[data-key]")].find(row => row.dataset.key === key);
  const buttons = [...(moved?.querySelectorAll("[data-step]") ?? [])];
  (buttons.find(button => button.dataset.step === step && !button.disabled) ?? buttons.find(button => !button.disabled))?.focus();
}
