import { accessible, expect, test } from "./start";

test("a visitor is led from the front door to the courses", async ({ guest }) => {
  await guest.goto("/");
  await expect(guest).toHaveURL(/\/app\/$/);
  await guest.getByRole("link", { name: "Courses", exact: true }).first().click();
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText("Courses");
  await expect(guest.getByRole("heading", { level: 1 })).toBeFocused();
});

test.describe(() => {
  // A channel that opens just as its session ends.
  test.use({ expectedErrors: ["WebSocket"] });

  test("who signs in stays signed in after a reload, and is gone after signing out", async ({ guest }) => {
    await guest.goto("sign-in?back=/account");
    await guest.getByLabel("E-mail or login").fill("boris");
    await guest.getByLabel("Password").fill("lyceum-demo-1");
    await guest.keyboard.press("Enter");
    await expect(guest).toHaveURL(/\/account$/);
    await expect(guest.locator("[data-live=live]")).toBeVisible();
    await guest.reload();
    await expect(guest.getByText("boris@lyceum.example").first()).toBeVisible();
    await guest.getByRole("button", { name: "Account and settings" }).click();
    await accessible(guest);
    await guest.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(guest.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
    await guest.reload();
    await expect(guest.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
  });
});

test.describe(() => {
  // Of the session that ended in the other tab.
  test.use({ expectedErrors: ["401", "WebSocket"] });

  test("who is somebody else in another tab is nobody else in this one", async ({ boris }) => {
    await boris.goto("courses");
    await expect(boris.getByRole("button", { name: "Boris" })).toBeVisible();
    const other = await boris.context().newPage();
    await other.goto("account");
    await other.getByRole("button", { name: "Account and settings" }).click();
    await other.getByRole("button", { name: "Sign out", exact: true }).click();
    await other.getByRole("link", { name: "Sign in" }).first().click();
    await other.getByLabel("E-mail or login").fill("vera");
    await other.getByLabel("Password").fill("lyceum-demo-1");
    await other.keyboard.press("Enter");
    await expect(other.getByRole("button", { name: "Vera" })).toBeVisible();

    await boris.getByRole("link", { name: "Notifications" }).click();
    await expect(boris.getByRole("button", { name: "Vera" })).toBeVisible();
    await expect(boris.getByText("Boris")).toHaveCount(0);
    await expect(boris.locator("[data-live=live]")).toBeVisible();
  });
});

test.describe(() => {
  test.use({ expectedErrors: ["ERR_INTERNET_DISCONNECTED", "WebSocket", "module script", "dynamically imported"] });

  test("without a network a screen says so, and is there as soon as there is one", async ({ boris }) => {
    await boris.goto("courses");
    await expect(boris.getByRole("link", { name: /First steps/ })).toBeVisible();
    await boris.context().setOffline(true);
    await boris.getByRole("searchbox").fill("nothing of the kind");
    await boris.getByRole("button", { name: "Find" }).click();
    await expect(boris.getByText("There is no connection")).toBeVisible();
    await accessible(boris);
    await boris.context().setOffline(false);
    await expect(boris.getByText("No course was found")).toBeVisible();

    await boris.context().setOffline(true);
    await boris.getByRole("link", { name: "Notifications" }).click();
    await expect(boris.getByRole("alert")).toContainText("cannot be reached");
    await boris.context().setOffline(false);
    await boris.getByRole("button", { name: "Try again" }).click();
    await expect(boris.getByRole("heading", { level: 1 })).toHaveText("Notifications");
  });
});

test("two tabs that come back at once stay signed in, both of them", async ({ boris }) => {
  await boris.goto("account");
  const tabs = [boris, await boris.context().newPage()];
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(tabs.map((tab) => tab.goto("account")));
    for (const tab of tabs) await expect(tab.getByText("boris@lyceum.example").first()).toBeVisible();
  }
});

test.describe(() => {
  test.use({ expectedErrors: ["401"] });

  test("a wrong password says so, and what was typed stays", async ({ guest }) => {
    await guest.goto("sign-in");
    await guest.getByLabel("E-mail or login").fill("boris@lyceum.example");
    await guest.getByLabel("Password").fill("not the password");
    await guest.keyboard.press("Enter");
    await expect(guest.getByRole("alert")).toContainText("Incorrect");
    await expect(guest.getByRole("alert")).toContainText("Request ");
    await expect(guest.getByLabel("E-mail or login")).toHaveValue("boris@lyceum.example");
  });
});

test.describe(() => {
  test.use({ expectedErrors: ["400"] });

  test("a form says all that is wrong with it at once, each at its field", async ({ guest }) => {
    await guest.goto("sign-up");
    await guest.getByRole("tab", { name: "With a form" }).click();
    const form = guest.getByRole("tabpanel", { name: "With a form" });
    for (const [label, value] of Object.entries({
      "E-mail": "new@lyceum.example",
      Password: "short",
      "First name": "Nina",
      "Family name": "www.example.org",
      Patronymic: "Ivanovna",
      "Date of birth": "2012-05-06",
      Phone: "+79990001122",
      Class: "5",
    })) {
      await form.getByLabel(label, { exact: true }).fill(value);
    }
    await form.getByRole("button", { name: "Sign up" }).click();
    for (const label of ["Password", "First name", "Family name"]) {
      await expect(form.getByLabel(label, { exact: true })).toHaveAttribute("aria-invalid", "true");
    }
    await accessible(guest);
  });
});
