"""Routes of the school's portal, on Virtual School's paths."""

from chalicelib.accounts import authentication, names
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.responses import CreatedView
from chalicelib.common import limits, settings
from chalicelib.common.http import etags, headers, paging, requests, routing
from chalicelib.school import classes, dashboard, deadlines, models, news, notifications, overviews, responses, users
from chalicelib.school import requests as school_requests
from chalicelib.school.deadline_responses import DueView
from chalicelib.school.overview_responses import TeachingView
from chalicelib.school.readings import Readings
from chalicelib.school.responses import MainView, NewsList, NewsView, NotificationsList, UsersList
from chalicelib.school.visibility import Visibility

routes = routing.Routes(__name__, tag="School")
aliases = routing.Routes(__name__, tag="Aliases")
"""Shorter paths to the same views."""

NOTIFICATIONS = limits.Limit("notifications", settings.load().notifications_per_minute, limits.MINUTE)
"""Each may go to a whole class, and shows at once on every screen."""


# --- The main page ---------------------------------------------------------------------------------------------------


@aliases.get("/main", access=routing.PUBLIC, versioned=True, caching=headers.REVALIDATED, use_instead="GET /main/info")
@routes.get("/main/info", access=routing.PUBLIC, versioned=True, caching=headers.REVALIDATED)
def show_main_page() -> routing.Answer[MainView]:
    """What the main page of the school shows."""
    page = models.find_main_page()
    return routing.Answer(body=MainView.of(page), headers=etags.header(page.version))


@aliases.put("/main", access=authentication.ADMIN, versioned=True, use_instead="PUT /main/info")
@routes.put("/main/info", access=authentication.ADMIN, versioned=True)
def write_main_page(body: school_requests.MainBody, caller: Caller, request: requests.Request) -> routing.Answer[str]:
    """Replace the main page."""
    expected = etags.if_match(request)
    version = news.write_main_page(caller, description=body.description, image=body.image, expected=expected)
    return routing.Answer(body="", headers=etags.header(version))


# --- News ------------------------------------------------------------------------------------------------------------


@aliases.get("/news", access=routing.PUBLIC, paged=True, caching=headers.REVALIDATED, use_instead="GET /main/news")
@routes.get("/main/news", access=routing.PUBLIC, paged=True, caching=headers.REVALIDATED)
def list_news(query: paging.ListQuery) -> paging.PageAnswer[NewsList]:
    """The news, the newest first."""
    page = models.list_news(query)
    return page.answer(NewsList.of(page.items))


@aliases.get(
    "/news/{news_id}",
    access=routing.PUBLIC,
    versioned=True,
    caching=headers.REVALIDATED,
    use_instead="GET /main/news/{news_id}",
)
@routes.get("/main/news/{news_id}", access=routing.PUBLIC, versioned=True, caching=headers.REVALIDATED)
def show_news(news_id: int) -> routing.Answer[NewsView]:
    """A piece of news."""
    found = news.get(news_id)
    return routing.Answer(body=NewsView.of(found), headers=etags.header(found.version))


@aliases.post("/news", access=authentication.TEACHER, status=201, versioned=True, use_instead="POST /main/news")
@routes.post("/main/news", access=authentication.TEACHER, status=201, versioned=True)
def add_news(body: school_requests.NewsBody, caller: Caller) -> routing.Answer[CreatedView]:
    """Add a piece of news."""
    added = news.add(caller, body.new_news())
    return routing.Answer(body=CreatedView(id=added.id), headers=etags.header(added.version))


@aliases.patch(
    "/news/{news_id}", access=authentication.TEACHER, versioned=True, use_instead="PATCH /main/news/{news_id}"
)
@routes.patch("/main/news/{news_id}", access=authentication.TEACHER, versioned=True)
def change_news(
    news_id: int, body: school_requests.NewsChanges, caller: Caller, request: requests.Request
) -> routing.Answer[str]:
    """Change one's own news; admins change anybody's."""
    version = news.change(caller, news_id, body.changes(), etags.if_match(request))
    return routing.Answer(body="", headers=etags.header(version))


@aliases.delete(
    "/news/{news_id}", access=authentication.TEACHER, versioned=True, use_instead="DELETE /main/news/{news_id}"
)
@routes.delete("/main/news/{news_id}", access=authentication.TEACHER, versioned=True)
def delete_news(news_id: int, caller: Caller, request: requests.Request) -> None:
    """Delete one's own news; admins delete anybody's."""
    news.delete(caller, news_id, etags.if_match(request))


# --- Users -----------------------------------------------------------------------------------------------------------


@routes.get("/user/users", access=authentication.USER, versioned=True, paged=True)
def list_users(query: school_requests.UsersQuery, caller: Caller) -> paging.PageAnswer[UsersList]:
    """Users whom the caller may see: pupils see teachers, teachers their pupils, admins all, and everybody oneself.

    `q` looks for words in names, login and e-mail; for admins the longest is the beginning of a word.
    """
    page = users.list_visible(caller, query, query.asked_for())
    whole = [seen.account for seen in page.items if query.user_id is not None and seen.visibility is Visibility.ALL]
    if whole:
        return paging.PageAnswer(UsersList.of(page.items), headers=etags.header(whole[0].version))
    return page.answer(UsersList.of(page.items))


@routes.patch("/user/users/{user_id}", access=authentication.ADMIN, raises=[409], versioned=True)
def change_user(
    user_id: int, body: school_requests.UserChanges, caller: Caller, request: requests.Request
) -> routing.Answer[str]:
    """Change names, birthdate, phone number, class, role or state of an account."""
    changed = users.change(caller, user_id, body.changed(), etags.if_match(request))
    return routing.Answer(body="", headers=etags.header(changed.version))


@routes.delete("/user/users/{user_id}", access=authentication.ADMIN, raises=[409], versioned=True)
def erase_user(user_id: int, caller: Caller, request: requests.Request) -> None:
    """Delete an account with everything personal in it, and end its sessions."""
    users.erase(caller, user_id, etags.if_match(request))


@routes.get("/user/teachers/{user_id}/classes", access=authentication.TEACHER)
def list_classes(user_id: int, caller: Caller) -> responses.ClassesView:
    """The classes that a teacher was given: for the teacher and for admins."""
    return responses.ClassesView(classes=classes.given_to(caller, user_id))


@routes.put(
    "/user/teachers/{user_id}/classes/{school_class}", access=authentication.ADMIN, status=204, raises=[409, 422]
)
def give_class(user_id: int, school_class: int, caller: Caller) -> None:
    """Give a class to a teacher, whose own pupils those of the class are from now on."""
    classes.give(caller, user_id, school_class)


@routes.delete("/user/teachers/{user_id}/classes/{school_class}", access=authentication.ADMIN, status=204)
def take_class(user_id: int, school_class: int, caller: Caller) -> None:
    """Take a class from a teacher."""
    classes.take(caller, user_id, school_class)


@routes.get("/user/monitor", access=authentication.USER, limit=limits.COSTLY_READS)
def show_dashboard(caller: Caller) -> responses.DashboardView:
    """What awaits the caller."""
    readings = Readings(caller.id)
    taught = overviews.of_teacher(caller)
    return responses.DashboardView(
        id=caller.id,
        unread_notifications=notifications.count_unread(caller.id),
        due=[DueView.of(each) for each in deadlines.among(readings)],
        teaching=None if taught is None else TeachingView.of(taught),
        sections=dashboard.sections_of(readings),
    )


# --- Notifications ---------------------------------------------------------------------------------------------------


@routes.get("/user/notifications", access=authentication.USER, paged=True)
def list_notifications(
    query: school_requests.NotificationsQuery, caller: Caller
) -> paging.PageAnswer[NotificationsList]:
    """The caller's notifications, the newest first."""
    page = models.inbox_of(caller.id, query.tag, query, only_unread=query.unread)
    authors = {each.author_id for _, each in page.items if each.author_id is not None}
    return page.answer(NotificationsList.of(page.items, names.full_names(authors)))


@routes.get("/user/notifications/unread", access=authentication.USER)
def count_unread_notifications(caller: Caller) -> responses.UnreadView:
    """How many notifications the caller has not read, up to a hundred."""
    return responses.UnreadView(unread_notifications=notifications.count_unread(caller.id))


@routes.post("/user/notifications/read", access=authentication.USER)
def read_all_notifications(caller: Caller) -> responses.UnreadView:
    """Mark all notifications as read: of very many the newest 500; the answer says how many are left."""
    return responses.UnreadView(unread_notifications=notifications.mark_all_read(caller))


@routes.post(
    "/user/notifications", access=authentication.TEACHER, limit=NOTIFICATIONS, status=201, raises=[404], versioned=True
)
def send_notification(
    body: school_requests.NotificationBody, caller: Caller
) -> routing.Answer[responses.SentNotification]:
    """Tell a user, a class or all. Teachers tell their own pupils: the answer says how many of a class are left out."""
    sent = notifications.send(caller, body.new_notification())
    return routing.Answer(body=responses.SentNotification.of(sent), headers=etags.header(sent.version))


@routes.get("/user/notifications/{notification_id}/delivery", access=authentication.TEACHER, raises=[404])
def show_delivery(notification_id: int, caller: Caller) -> responses.DeliveryView:
    """How many one's notification is to reach, and how many have it: for its sender and admins."""
    return responses.DeliveryView.of_told(*notifications.delivery_of(caller, notification_id))


@routes.patch(
    "/user/notifications/{notification_id}", access=authentication.TEACHER, limit=NOTIFICATIONS, versioned=True
)
def change_notification(
    notification_id: int, body: school_requests.NotificationChanges, caller: Caller, request: requests.Request
) -> routing.Answer[str]:
    """Change what one has told; admins change anybody's."""
    version = notifications.change(caller, notification_id, body.changes(), etags.if_match(request))
    return routing.Answer(body="", headers=etags.header(version))


@routes.delete("/user/notifications/{notification_id}", access=authentication.TEACHER, versioned=True)
def withdraw_notification(notification_id: int, caller: Caller, request: requests.Request) -> None:
    """Take back what one has told; admins take back anybody's."""
    notifications.withdraw(caller, notification_id, etags.if_match(request))


@routes.post("/user/notifications/{notification_id}/read", access=authentication.USER)
def read_notification(notification_id: int, caller: Caller) -> None:
    """Mark a notification as read."""
    notifications.mark_read(caller, notification_id)
