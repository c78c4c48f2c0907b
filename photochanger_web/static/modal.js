// Opens dialogs over everything. Messages go into the one that is on top: what lies under it is
// inert, so they could be neither read out nor closed there.
const messages = document.querySelector(".toasts");

// Shows it until it is closed, and removes it then; focus goes back where it was.
export function openModal(dialog) {
  const before = messages.parentElement;
  document.body.append(dialog);
  dialog.append(messages);
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.contains(messages)) (before.isConnected ? before : document.body).append(messages);
    dialog.remove();
  });
}
