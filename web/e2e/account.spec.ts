import { codeFor } from "./mail";
import { accessible, expect, fitsAPhone, look, test } from "./start";

const SIX_DIGITS = /\b\d{6}\b/;

/** An address that nobody has had. */
function newAddress(): string {
  return `pupil-${crypto.randomUUID()}@lyceum.example`;
}

// Of the course that one does not attend yet; and a channel that opens just as its session ends.
test.use({ expectedErrors: ["403", "WebSocket"] });

test("a new pupil signs up on a phone in Russian and solves the first task", async ({ guest }) => {
  const address = newAddress();
  await look(guest, { language: "ru", theme: "light" });
  await guest.setViewportSize({ width: 360, height: 740 });

  await guest.goto("");
  await guest
    .getByRole("link", { name: "Регистрация" })
    .or(guest.getByRole("link", { name: "Зарегистрироваться" }))
    .click();
  await guest.getByRole("tabpanel").getByLabel("Почта").fill(address);
  await guest.getByRole("button", { name: "Прислать код" }).click();
  await guest
    .getByRole("tabpanel")
    .getByLabel("Код из письма")
    .fill(await codeFor(address, SIX_DIGITS));
  await guest.getByRole("button", { name: "Подтвердить" }).click();
  await guest.getByRole("tabpanel").getByLabel("Имя").fill("Нина");
  await guest.getByRole("tabpanel").getByLabel("Пароль").fill("тихий-океан-7");
  await guest.getByRole("button", { name: "Готово" }).click();
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText("Здравствуйте, Нина");

  await guest.getByRole("link", { name: "Найти курс" }).first().click();
  await guest.getByRole("link", { name: /Первые шаги/ }).click();
  await guest.getByRole("button", { name: "Записаться на курс" }).click();
  await guest.getByRole("link", { name: /Начать/ }).click();
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText("Hello, Lyceum!");
  await fitsAPhone(guest);
  await guest.setViewportSize({ width: 360, height: 740 });

  await guest.getByRole("tab", { name: "Программа" }).click();
  const editor = guest.getByRole("textbox", { name: /Ваша программа/ });
  await editor.click();
  await guest.keyboard.insertText('print("Hello, Lyceum!")\n');
  await guest.getByRole("button", { name: "Отправить" }).click();
  await expect(guest.getByRole("status").filter({ hasText: "пройдено" })).toBeVisible();
  await accessible(guest);
  await guest.getByRole("tab", { name: "Условие" }).click();
  await expect(guest.getByText("решена")).toBeVisible();
});

test("who changes the password goes on, and who forgot it gets a new one by mail", async ({ guest }) => {
  const address = newAddress();
  await guest.goto("sign-up");
  await guest.getByRole("tabpanel").getByLabel("E-mail").fill(address);
  await guest.getByRole("button", { name: "Send the code" }).click();
  await guest
    .getByRole("tabpanel")
    .getByLabel("Code from the mail")
    .fill(await codeFor(address, SIX_DIGITS));
  await guest.getByRole("button", { name: "Confirm" }).click();
  await guest.getByRole("tabpanel").getByLabel("Password").fill("quiet-ocean-7");
  await guest.getByRole("button", { name: "Finish" }).click();
  await expect(guest.getByRole("heading", { level: 1 })).toContainText("Hello");

  await guest.goto("account");
  await guest.getByText("Change the password").first().click();
  await guest.getByLabel("Password until now").fill("quiet-ocean-7");
  await guest.getByLabel("New password").fill("another-ocean-8");
  await guest.getByRole("button", { name: "Change the password" }).click();
  await expect(guest.getByText("All other sessions have ended")).toBeVisible();
  await expect(guest.locator("[data-live=live]")).toBeVisible();
  await guest.reload();
  await expect(guest.getByText(address).first()).toBeVisible();

  await guest.getByRole("button", { name: "Account and settings" }).click();
  await guest.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(guest.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
  await guest.goto("password");
  await guest.getByLabel("E-mail").fill(address);
  await guest.getByRole("button", { name: "Send the code" }).click();
  await guest.getByLabel("Code from the mail").fill(await codeFor(address, /\b[A-Z2-9]{4}-[A-Z2-9]{4}\b/));
  await guest.getByLabel("New password").fill("third-ocean-9");
  await guest.getByRole("button", { name: "Set the password" }).click();
  await expect(guest.getByText("The new password is set")).toBeVisible();
  await guest.getByRole("link", { name: "Sign in" }).last().click();
  await guest.getByLabel("E-mail or login").fill(address);
  await guest.getByLabel("Password").fill("third-ocean-9");
  await guest.keyboard.press("Enter");
  await expect(guest.getByRole("heading", { level: 1 })).toContainText("Hello");
});

test.describe(() => {
  test.use({ expectedErrors: ["412"] });

  test("two tabs change the account, and neither writes over the other", async ({ pupil }) => {
    await pupil.goto("account");
    const other = await pupil.context().newPage();
    await other.goto("account");
    const phone = `+7999${String(Date.now()).slice(-7)}`;
    await other.getByLabel("Phone").fill(phone);
    await other.getByRole("button", { name: "Save" }).click();
    await expect(other.getByText("Saved")).toBeVisible();

    await pupil.getByLabel("Patronymic").fill("Ivanovna");
    await pupil.getByRole("button", { name: "Save" }).click();
    await expect(pupil.getByRole("alert")).toContainText("changed meanwhile");
    await pupil.getByRole("button", { name: "Save" }).click();
    await expect(pupil.getByText("Saved")).toBeVisible();
    await other.reload();
    await expect(other.getByLabel("Phone")).toHaveValue(phone);
    await expect(other.getByLabel("Patronymic")).toHaveValue("Ivanovna");
  });
});
