// SPDX-License-Identifier: MIT
// What pages do beyond HTML. Without it every flow is complete: what only a script can do is hidden until it is here.

// Says it to those who listen to the page.
const status = document.body.appendChild(Object.assign(document.createElement('p'), { className: 'out-of-sight', role: 'status' }))
const say = (text) => { status.textContent = ''; requestAnimationFrame(() => { status.textContent = text }) }

// Shows a password, and hides it again when the form is sent, so that browsers do not keep it as text (UI6).
for (const button of document.querySelectorAll('button.show')) {
  const field = document.getElementById(button.getAttribute('aria-controls')), show = button.textContent
  const turn = (on) => {
    field.type = on ? 'text' : 'password'
    button.setAttribute('aria-pressed', String(on))
    button.textContent = on ? button.dataset.hide : show
  }
  button.addEventListener('click', () => turn(field.type === 'password'))
  field.form?.addEventListener('submit', () => turn(false))
  button.hidden = false
}

for (const button of document.querySelectorAll('button[data-copy]')) {
  if (!navigator.clipboard) continue // not without TLS
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy)
    say(button.dataset.done)
  })
  button.hidden = false
}

for (const button of document.querySelectorAll('button[data-print]')) {
  button.addEventListener('click', () => print())
  button.hidden = false
}

// A button that rests for so many seconds (UI10).
for (const button of document.querySelectorAll('button[data-rest]')) {
  button.disabled = true
  setTimeout(() => { button.disabled = false }, Number(button.dataset.rest) * 1000)
}

// A box that makes others say nothing while it is ticked; what they hold stays (M11).
for (const box of document.querySelectorAll('input[data-greys]')) {
  const greyed = document.getElementById(box.dataset.greys)
  box.addEventListener('change', () => { greyed.disabled = box.checked })
}

// A dialog in the place of the page that says the same. The browser keeps the focus inside, and Escape closes it (UI26).
for (const link of document.querySelectorAll('a[data-dialog]')) {
  const dialog = document.getElementById(link.dataset.dialog)
  link.setAttribute('role', 'button')
  link.addEventListener('click', (event) => { event.preventDefault(); dialog.showModal() })
  for (const close of dialog.querySelectorAll('[data-close]')) close.addEventListener('click', (event) => { event.preventDefault(); dialog.close() })
}

// Menus close when one goes elsewhere.
document.addEventListener('click', ({ target }) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(target)) menu.open = false
})
document.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    menu.open = false
    menu.querySelector('summary').focus()
  }
})
