// A list of choices acts when it changes; without script the form's own button does.
class AutoForm extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    for (const select of form.querySelectorAll("select")) select.addEventListener("change", () => form.requestSubmit());
    // Empty fields say nothing: keep them out of the address.
    form.addEventListener("formdata", event => {
      for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
    });
  }
}

customElements.define("auto-form", AutoForm);
