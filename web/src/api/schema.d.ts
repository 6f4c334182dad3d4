// Made by `make openapi` from the documents in docs/. Do not edit.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What this is, and where to read about it
         * @description Who may call: anyone.
         */
        get: operations["service_welcome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The application answers
         * @description Who may call: anyone. Recommended instead of `GET /health/ping-application`.
         */
        get: operations["service_show_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ping-application": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The application answers, in Team Training's words
         * @deprecated
         * @description Who may call: anyone. For older clients; new ones use `GET /health`.
         */
        get: operations["service_ping_application"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ping-database": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The database answers, in Team Training's words
         * @description Who may call: anyone.
         */
        get: operations["service_ping_database"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign up with login, password, name and e-mail
         * @description Who may call: anyone. At most 10 sign-ups of one address an hour. Recommended instead of `POST /register`.
         */
        post: operations["accounts_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a password and a login or e-mail
         * @description Who may call: anyone. At most 3000 writes of one address a minute. Recommended instead of `POST /api/v1/users/sign_in`, `POST /api/v1/users/login`.
         */
        post: operations["accounts_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * New tokens for a refresh token, which is used up by that
         * @description Who may call: whoever has a refresh token, as Bearer. At most 3000 writes of one address a minute. Recommended instead of `POST /api/v1/users/refresh_token`.
         */
        get: operations["accounts_refresh"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's own account
         * @deprecated
         * @description Who may call: anyone signed in. For older clients; new ones use `GET /me`.
         */
        get: operations["accounts_show_caller"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign up with e-mail, user name and password
         * @deprecated
         * @description Who may call: anyone. At most 10 sign-ups of one address an hour. For older clients; new ones use `POST /reg`.
         */
        post: operations["accounts_register_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with an OAuth 2 password form
         * @description Who may call: anyone. At most 3000 writes of one address a minute.
         */
        post: operations["accounts_issue_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's own account
         * @description Who may call: anyone signed in. Recommended instead of `GET /auth`, `GET /user/me`.
         */
        get: operations["accounts_show_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change one's own names, birthdate, phone number, language or time zone
         * @description Who may call: anyone signed in. At most 30 profile changes a minute.
         */
        patch: operations["accounts_change_me"];
        trace?: never;
    };
    "/user/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's own account, with the names of a passport
         * @deprecated
         * @description Who may call: anyone signed in. For older clients; new ones use `GET /me`.
         */
        get: operations["accounts_show_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/registration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign up as a pupil of the school. What is taken is a 400 here, all of it at once
         * @description Who may call: anyone. At most 10 sign-ups of one address an hour.
         */
        post: operations["accounts_register_pupil"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with e-mail or login and password; the refresh token comes as a cookie
         * @description Who may call: anyone. At most 3000 writes of one address a minute.
         */
        post: operations["accounts_sign_in_with_cookie"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password in a browser. Every other session ends; this one goes on with the new token and cookie
         * @description Who may call: anyone signed in. At most 30 profile changes a minute.
         */
        post: operations["accounts_change_password_with_cookie"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A new access token, and a new cookie for the old one
         * @description Who may call: whoever has the refresh cookie. At most 3000 writes of one address a minute.
         */
        get: operations["accounts_refresh_cookie"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * End the cookie's session
         * @description Who may call: whoever has the refresh cookie. At most 3000 writes of one address a minute.
         */
        get: operations["accounts_sign_out_with_cookie"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/teachers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a teacher's account; its owner gets an invitation code by mail, to set the password with
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        post: operations["accounts_invite_teacher"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether somebody has this address, and has confirmed it
         * @description Who may call: anyone. At most 20 look-ups of one address a minute.
         */
        get: operations["accounts_look_up_user"];
        put?: never;
        post?: never;
        /**
         * Delete one's own account with everything personal in it; admins need another admin for it
         * @description Who may call: anyone who signed in within 15 minutes. At most 600 writes a minute.
         */
        delete: operations["accounts_erase_me"];
        options?: never;
        head?: never;
        /**
         * Ask for another e-mail: it changes once the code mailed there is given to PUT …/mail
         * @description Who may call: anyone who signed in within 15 minutes. At most 20 mails asked for by one address an hour.
         */
        patch: operations["accounts_change_email"];
        trace?: never;
    };
    "/api/v1/users/sign_up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a temporary user of an address; the same one again until it is confirmed
         * @description Who may call: anyone. At most 10 sign-ups of one address an hour.
         */
        post: operations["accounts_begin_sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/send_code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail a code that confirms the address
         * @description Who may call: anyone, admins may do more. At most 20 mails asked for by one address an hour.
         */
        post: operations["accounts_send_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/resend_code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail another code in place of the last
         * @description Who may call: anyone, admins may do more. At most 20 mails asked for by one address an hour.
         */
        post: operations["accounts_resend_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Confirm the address with the code from the mail. `success` is false for one that is not good
         * @description Who may call: anyone. At most 3000 writes of one address a minute.
         */
        put: operations["accounts_confirm_mail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/sign_up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Set the password and become a portal user, with the token that confirming the address gave
         * @description Who may call: whoever has the sign-up token, as Bearer. At most 20 look-ups of one address a minute.
         */
        patch: operations["accounts_complete_sign_up"];
        trace?: never;
    };
    "/api/v1/users/sign_in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with e-mail and password; 409 while the e-mail is not verified
         * @deprecated
         * @description Who may call: anyone. At most 3000 writes of one address a minute. For older clients; new ones use `POST /login`.
         */
        post: operations["accounts_sign_in_verified"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The same as sign_in
         * @deprecated
         * @description Who may call: anyone. At most 3000 writes of one address a minute. For older clients; new ones use `POST /login`.
         */
        post: operations["accounts_sign_in_to_portal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/refresh_token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New tokens for a refresh token, which is used up by that
         * @deprecated
         * @description Who may call: whoever has a refresh token, as Bearer. At most 3000 writes of one address a minute. For older clients; new ones use `GET /refresh`.
         */
        post: operations["accounts_refresh_portal_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End the session of the access token
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        delete: operations["accounts_sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/change_password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the password. Every other session ends; this one goes on with the new tokens
         * @description Who may call: anyone signed in. At most 30 profile changes a minute.
         */
        patch: operations["accounts_change_password"];
        trace?: never;
    };
    "/api/v1/users/login_history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where and when the caller signed in and out in the last 90 days, the latest first
         * @description Who may call: anyone signed in.
         */
        get: operations["accounts_list_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The roles there are, and what each may do
         * @description Who may call: admins.
         */
        get: operations["accounts_list_roles"];
        put?: never;
        /**
         * Give somebody a role
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        post: operations["accounts_assign_role"];
        /**
         * Take a role away: what is left is a user
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        delete: operations["accounts_withdraw_role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/check_permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What somebody may do now
         * @description Who may call: admins.
         */
        get: operations["accounts_check_permissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a code mailed that sets a new password. The answer does not tell whether anybody has this address
         * @description Who may call: anyone. At most 20 password resets of one address an hour.
         */
        post: operations["accounts_forget_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with the code of a reset or an invitation. Every session ends
         * @description Who may call: anyone. At most 20 password resets of one address an hour.
         */
        post: operations["accounts_reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the caller is signed in
         * @description Who may call: anyone signed in.
         */
        get: operations["accounts_list_sessions"];
        put?: never;
        post?: never;
        /**
         * Sign out everywhere, here too
         * @description Who may call: anyone who signed in within 15 minutes. At most 600 writes a minute.
         */
        delete: operations["accounts_end_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign out there. Another session than this one wants a sign-in within the last 15 minutes (else 401)
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        delete: operations["accounts_end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/users/{user_id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where somebody is signed in
         * @description Who may call: admins.
         */
        get: operations["accounts_list_sessions_of"];
        put?: never;
        post?: never;
        /**
         * Sign somebody out everywhere. They may sign in again
         * @description Who may call: admins who signed in within 15 minutes. At most 1200 teaching writes a minute.
         */
        delete: operations["accounts_end_sessions_of"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/users/{user_id}/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign somebody out of one session
         * @description Who may call: admins who signed in within 15 minutes. At most 1200 teaching writes a minute.
         */
        delete: operations["accounts_end_session_of"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the caller's account has a second factor, and how many recovery codes are left
         * @description Who may call: anyone signed in.
         */
        get: operations["accounts_show_second_factor"];
        put?: never;
        /**
         * Begin to set up a second factor: the secret for an authenticator app. It counts once a code confirms it
         * @description Who may call: anyone who signed in within 15 minutes. At most 10 changes of the second factor in 15 minutes.
         */
        post: operations["accounts_begin_second_factor"];
        /**
         * Remove the second factor, with one of its codes or a recovery code
         * @description Who may call: anyone who signed in within 15 minutes. At most 10 changes of the second factor in 15 minutes.
         */
        delete: operations["accounts_disable_second_factor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable the second factor with a code of the app. Gives the recovery codes, once; all other sessions end
         * @description Who may call: anyone signed in. At most 10 changes of the second factor in 15 minutes.
         */
        post: operations["accounts_enable_second_factor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/second-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New recovery codes; the former ones no longer work
         * @description Who may call: anyone who signed in within 15 minutes. At most 10 changes of the second factor in 15 minutes.
         */
        post: operations["accounts_renew_recovery_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/users/{user_id}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove the second factor of somebody who has lost it, once it is certain who asks. The owner gets a mail
         * @description Who may call: admins who signed in within 15 minutes. At most 1200 teaching writes a minute.
         */
        delete: operations["accounts_reset_second_factor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws-tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A ticket that opens one WebSocket, within a minute
         * @description Who may call: anyone signed in. At most 30 tickets a minute.
         */
        post: operations["live_issue_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/main/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the main page of the school shows
         * @description Who may call: anyone. Recommended instead of `GET /main`.
         */
        get: operations["school_show_main_page"];
        /**
         * Replace the main page
         * @description Who may call: admins. At most 1200 teaching writes a minute. Recommended instead of `PUT /main`.
         */
        put: operations["school_write_main_page"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/main/news": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The news, the newest first
         * @description Who may call: anyone. Recommended instead of `GET /news`.
         */
        get: operations["school_list_news"];
        put?: never;
        /**
         * Add a piece of news
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute. Recommended instead of `POST /news`.
         */
        post: operations["school_add_news"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/main/news/{news_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A piece of news
         * @description Who may call: anyone. Recommended instead of `GET /news/{news_id}`.
         */
        get: operations["school_show_news"];
        put?: never;
        post?: never;
        /**
         * Delete one's own news; admins delete anybody's
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute. Recommended instead of `DELETE /news/{news_id}`.
         */
        delete: operations["school_delete_news"];
        options?: never;
        head?: never;
        /**
         * Change one's own news; admins change anybody's
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute. Recommended instead of `PATCH /news/{news_id}`.
         */
        patch: operations["school_change_news"];
        trace?: never;
    };
    "/user/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Users whom the caller may see: pupils see teachers, teachers their pupils, admins all, and everybody oneself
         * @description Who may call: anyone signed in.
         */
        get: operations["school_list_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete an account with everything personal in it, and end its sessions
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        delete: operations["school_erase_user"];
        options?: never;
        head?: never;
        /**
         * Change names, birthdate, phone number, class, role or state of an account
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        patch: operations["school_change_user"];
        trace?: never;
    };
    "/user/teachers/{user_id}/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The classes that a teacher was given: for the teacher and for admins
         * @description Who may call: teachers and admins.
         */
        get: operations["school_list_classes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/teachers/{user_id}/classes/{school_class}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a class to a teacher, whose own pupils those of the class are from now on
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        put: operations["school_give_class"];
        post?: never;
        /**
         * Take a class from a teacher
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        delete: operations["school_take_class"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/monitor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What awaits the caller
         * @description Who may call: anyone signed in. At most 120 costly reads a minute.
         */
        get: operations["school_show_dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's notifications, the newest first
         * @description Who may call: anyone signed in.
         */
        get: operations["school_list_notifications"];
        put?: never;
        /**
         * Tell a user, a class or all. Teachers tell their own pupils: the answer says how many of a class are left out
         * @description Who may call: teachers and admins. At most 60 notifications a minute.
         */
        post: operations["school_send_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/notifications/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many notifications the caller has not read, up to a hundred
         * @description Who may call: anyone signed in.
         */
        get: operations["school_count_unread_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark all notifications as read: of very many the newest 500; the answer says how many are left
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["school_read_all_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/notifications/{notification_id}/delivery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many one's notification is to reach, and how many have it: for its sender and admins
         * @description Who may call: teachers and admins.
         */
        get: operations["school_show_delivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/notifications/{notification_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take back what one has told; admins take back anybody's
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["school_withdraw_notification"];
        options?: never;
        head?: never;
        /**
         * Change what one has told; admins change anybody's
         * @description Who may call: teachers and admins. At most 60 notifications a minute.
         */
        patch: operations["school_change_notification"];
        trace?: never;
    };
    "/user/notifications/{notification_id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark a notification as read
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["school_read_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/main": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the main page of the school shows
         * @deprecated
         * @description Who may call: anyone. For older clients; new ones use `GET /main/info`.
         */
        get: operations["aliases_show_main_page"];
        /**
         * Replace the main page
         * @deprecated
         * @description Who may call: admins. At most 1200 teaching writes a minute. For older clients; new ones use `PUT /main/info`.
         */
        put: operations["aliases_write_main_page"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/news": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The news, the newest first
         * @deprecated
         * @description Who may call: anyone. For older clients; new ones use `GET /main/news`.
         */
        get: operations["aliases_list_news"];
        put?: never;
        /**
         * Add a piece of news
         * @deprecated
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute. For older clients; new ones use `POST /main/news`.
         */
        post: operations["aliases_add_news"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/news/{news_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A piece of news
         * @deprecated
         * @description Who may call: anyone. For older clients; new ones use `GET /main/news/{news_id}`.
         */
        get: operations["aliases_show_news"];
        put?: never;
        post?: never;
        /**
         * Delete one's own news; admins delete anybody's
         * @deprecated
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute. For older clients; new ones use `DELETE /main/news/{news_id}`.
         */
        delete: operations["aliases_delete_news"];
        options?: never;
        head?: never;
        /**
         * Change one's own news; admins change anybody's
         * @deprecated
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute. For older clients; new ones use `PATCH /main/news/{news_id}`.
         */
        patch: operations["aliases_change_news"];
        trace?: never;
    };
    "/user/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Since when there is a calendar of the caller's deadlines. Its address was shown when it was opened
         * @description Who may call: anyone signed in.
         */
        get: operations["school_show_calendar"];
        put?: never;
        /**
         * Open a calendar of one's deadlines for programs that cannot sign in; a former one is closed by that
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["school_open_calendar"];
        /**
         * Close the calendar of one's deadlines: its path opens nothing any more
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        delete: operations["school_close_calendar"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calendar/{token}/deadlines.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The deadlines of the calendar's owner, as iCalendar
         * @description Who may call: anyone. At most 3000 writes of one address a minute.
         */
        get: operations["school_read_calendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The groups that the caller teaches or is in; for admins all. Classes come first, then the oldest
         * @description Who may call: anyone signed in.
         */
        get: operations["groups_list_groups"];
        put?: never;
        /**
         * Make a named group, which the caller teaches
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["groups_add_group"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A group and how many pupils it has: for its teachers and admins. The number of a class is its id
         * @description Who may call: teachers and admins.
         */
        get: operations["groups_show_group"];
        put?: never;
        post?: never;
        /**
         * Delete a named group; its pupils stay where they were enrolled
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["groups_delete_group"];
        options?: never;
        head?: never;
        /**
         * Rename a named group
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["groups_rename_group"];
        trace?: never;
    };
    "/groups/{group_id}/pupils": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The pupils of a group, in the order of their ids: for its teachers and admins
         * @description Who may call: teachers and admins.
         */
        get: operations["groups_list_pupils"];
        put?: never;
        /**
         * Put pupils into a group: teachers their own, admins anybody, into a class admins alone. Others are invited
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["groups_add_pupils"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group_id}/pupils/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a pupil out of a group; a pupil leaves a named group by this, too
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        delete: operations["groups_remove_pupil"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group_id}/teachers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who teaches a group: for those who do, and admins
         * @description Who may call: teachers and admins.
         */
        get: operations["groups_list_teachers"];
        put?: never;
        /**
         * Let another teacher do all with a group that its owner may do. Admins alone give a class
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["groups_add_teacher"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group_id}/teachers/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Let somebody teach a group no longer. The owner of a named group always does
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["groups_remove_teacher"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group_id}/imports/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What is wrong with a list of pupils, line by line. Nobody is invited; nor does it tell who has an account
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["groups_check_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group_id}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite the pupils of a list into a group: by mail, and those without an account get one. `state` says when it
         * @description Who may call: teachers and admins. At most 20 imports of pupils an hour.
         */
        post: operations["groups_import_pupils"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group_id}/enrollments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let all pupils of a group join a course, a track, a contest or another group that the caller teaches too
         * @description Who may call: teachers and admins. At most 60 enrollments of groups an hour.
         */
        post: operations["groups_enroll_group"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group_id}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The imports into a group and its enrollments of the last month, the latest first
         * @description Who may call: teachers and admins.
         */
        get: operations["groups_list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group_id}/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far an import or an enrollment has come
         * @description Who may call: teachers and admins.
         */
        get: operations["groups_show_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The codes that hold, of what the caller teaches; in no order, and a page may be short
         * @description Who may call: teachers and admins.
         */
        get: operations["groups_list_invitations"];
        put?: never;
        /**
         * Make a code by which whoever has it may join a course, also a private one, a track, a contest or a group
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["groups_issue_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an invitation lets one join; 404 when it has expired, was revoked or is used up, unless one has joined
         * @description Who may call: anyone signed in.
         */
        get: operations["groups_show_invitation"];
        put?: never;
        post?: never;
        /**
         * Take a code back: for those who teach what it is for
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["groups_revoke_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations/{code}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Join what an invitation is for: its teachers see one's profile and work from then on. Repeating it changes
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["groups_accept_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/notifications/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the caller wants to be told, and how: each kind by channel, the daily mail, quiet hours
         * @description Who may call: anyone signed in.
         */
        get: operations["school_show_preferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what one wants to be told. What is off in the inbox and mailed or live all the same is not listed
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        patch: operations["school_change_preferences"];
        trace?: never;
    };
    "/languages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The languages that programs may be written in
         * @description Who may call: anyone.
         */
        get: operations["judge_list_languages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's own problems, all of them for admins; newest first
         * @description Who may call: teachers and admins.
         */
        get: operations["judge_list_problems"];
        put?: never;
        /**
         * Write a problem. It has no tests yet
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["judge_create_problem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{problem_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A problem of one's own, or one that is published. Title and statement are in the language that is asked for
         * @description Who may call: teachers and admins.
         */
        get: operations["judge_show_problem"];
        put?: never;
        post?: never;
        /**
         * Take a problem out of the library. Where it is placed it stays
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["judge_remove_problem"];
        options?: never;
        head?: never;
        /**
         * Change a problem, or publish it: once all programs of its jury got what is promised
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["judge_change_problem"];
        trace?: never;
    };
    "/problems/{problem_id}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a problem other tests. What was judged by the old ones keeps its verdict
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        put: operations["judge_replace_tests"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{problem_id}/package": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce a package with tests, to be sent to where the answer says
         * @description Who may call: teachers and admins. At most 60 imports an hour.
         */
        post: operations["judge_announce_package"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{problem_id}/package/{import_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What has become of a package: everything that is wrong with it, or what its jury's programs got
         * @description Who may call: teachers and admins.
         */
        get: operations["judge_show_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What one has sent in, newest first, to one task or all; what one's own pupil has, for teachers
         * @description Who may call: anyone signed in.
         */
        get: operations["judge_list_submissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submissions/{submission_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A program that was sent in, and its verdict: for its author, those whose pupil that is, and admins
         * @description Who may call: anyone signed in.
         */
        get: operations["judge_show_submission"];
        put?: never;
        post?: never;
        /**
         * Take back one's own program before it is judged
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        delete: operations["judge_cancel_submission"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submissions/{submission_id}/rejudge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge a program anew by the tests of now, for those who teach what it was sent to. Its verdict is kept
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["judge_rejudge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submissions/{submission_id}/judgings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The verdicts that a submission had before it was judged anew, newest first
         * @description Who may call: anyone signed in.
         */
        get: operations["judge_list_judgings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submissions/{submission_id}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The results of a submission's tests, a page at a time: for those who may read it
         * @description Who may call: anyone signed in.
         */
        get: operations["judge_list_results"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{problem_id}/statements/{language}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The statement in one language, as its author wrote it and as it is read
         * @description Who may call: teachers and admins.
         */
        get: operations["judge_show_statement"];
        /**
         * Write the statement in one language, as Markdown, TeX or HTML; `language` is a tag such as `ru` or `pt-BR`
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        put: operations["judge_write_statement"];
        post?: never;
        /**
         * Have no statement in this language any more. If it was the main one, another takes its place
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["judge_remove_statement"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{problem_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The files that the statements of a problem may show
         * @description Who may call: teachers and admins.
         */
        get: operations["judge_list_files"];
        put?: never;
        /**
         * Where to upload a file of a statement to; S3 takes no more than 2 MB
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["judge_invite_file"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{problem_id}/files/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give an uploaded file the name that statements call it by: PNG, JPEG, GIF, WebP, SVG; a PDF has a link
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        put: operations["judge_keep_file"];
        post?: never;
        /**
         * Delete a file of the statements
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["judge_remove_file"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{problem_id}/pictures/{digest}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A picture of a statement, by the path that the statement has. Who has not read that cannot guess it
         * @description Who may call: anyone.
         */
        get: operations["judge_redirect_to_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The courses that the caller may see: public ones and their own; all, for teachers and admins
         * @description Who may call: anyone signed in.
         */
        get: operations["courses_list_courses"];
        put?: never;
        /**
         * Make a course with nothing in it
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["authoring_create_course"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/attend/{course_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Attend a course: PyTry's GET
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        get: operations["courses_attend_by_link"];
        put?: never;
        /**
         * Attend a course
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["courses_attend"];
        /**
         * Attend a course no longer. How far one came is kept
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        delete: operations["courses_leave"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A course with its lessons: for those who attend it, teachers and admins
         * @description Who may call: anyone signed in.
         */
        get: operations["courses_show_course"];
        put?: never;
        post?: never;
        /**
         * Delete a course with all that is in it. Submissions stay. 202 when more is left than one request can erase
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["authoring_delete_course"];
        options?: never;
        head?: never;
        /**
         * Change a course: its name, its languages, who may attend it
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["authoring_change_course"];
        trace?: never;
    };
    "/courses/{course_id}/{lesson_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A lesson with its text, tasks and links. Its ETag is that of the whole course, as this reader sees the lesson
         * @description Who may call: anyone signed in.
         */
        get: operations["courses_show_lesson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/{lesson_id}/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A task: what is asked, the limits, examples, how far the caller is, and where it is in its course
         * @description Who may call: anyone signed in.
         */
        get: operations["courses_show_task"];
        put?: never;
        /**
         * Send a program, and wait up to 25 s for its verdict; not at all while many have waited for long
         * @description Who may call: anyone signed in. At most 20 submissions a minute, 500 a day and 2 that wait.
         */
        post: operations["courses_solve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/{lesson_id}/{task_id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a program on one's own input, by the task's limits. It counts for nothing
         * @description Who may call: anyone signed in. At most 10 runs a minute.
         */
        post: operations["courses_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/{lesson_id}/{task_id}/submissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What one sent to the task, newest first; what a pupil of one's own or everybody did, for those who teach
         * @description Who may call: anyone signed in.
         */
        get: operations["courses_list_submissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/{lesson_id}/{task_id}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the caller typed for the task and has not sent, on whichever device. Its ETag is that of `draft`
         * @description Who may call: anyone signed in.
         */
        get: operations["courses_show_draft"];
        /**
         * Keep what the caller is typing, of at most 64 KiB, as the draft in its language; for a year
         * @description Who may call: anyone signed in. At most 60 drafts a minute.
         */
        put: operations["courses_save_draft"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/outline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A course with its lessons, tasks and links, drafts among them, as its teachers write them
         * @description Who may call: teachers and admins.
         */
        get: operations["authoring_show_outline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Copy a course with its lessons, texts, links and tasks: a draft of one's own, without pupils
         * @description Who may call: teachers and admins. At most 30 course_copies an hour.
         */
        post: operations["authoring_copy_course"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/pic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The picture of a course
         * @description Who may call: anyone.
         */
        get: operations["authoring_redirect_to_picture"];
        /**
         * Show an uploaded picture from now on
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        put: operations["authoring_show_picture"];
        /**
         * Where to upload a picture to: S3 takes one of the named type, and no more than 2 MB
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["authoring_invite_picture"];
        /**
         * Show no picture any more
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["authoring_remove_picture"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/teachers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who teaches a course: for those who do, and admins
         * @description Who may call: teachers and admins.
         */
        get: operations["authoring_list_teachers"];
        put?: never;
        /**
         * Let another teacher do all with the course that its author may do
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["authoring_add_teacher"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/teachers/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Let somebody teach the course no longer. Its author always does
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["authoring_remove_teacher"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/lessons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a lesson, at the end or where `order` says
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["authoring_add_lesson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/lessons/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put all lessons of a course in an order, at once
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        put: operations["authoring_order_lessons"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/lessons/{lesson_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a lesson with its tasks and links. Submissions stay
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["authoring_delete_lesson"];
        options?: never;
        head?: never;
        /**
         * Change a lesson, or move it
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["authoring_change_lesson"];
        trace?: never;
    };
    "/courses/{course_id}/lessons/{lesson_id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add something to read beside a lesson
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["authoring_add_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/lessons/{lesson_id}/links/{link_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a link
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["authoring_delete_link"];
        options?: never;
        head?: never;
        /**
         * Change a link
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["authoring_change_link"];
        trace?: never;
    };
    "/courses/{course_id}/lessons/{lesson_id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Place a problem of the library in a lesson, or write one there
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["authoring_add_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/lessons/{lesson_id}/tasks/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put all tasks of a lesson in an order, at once
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        put: operations["authoring_order_tasks"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/lessons/{lesson_id}/tasks/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a task out of its lesson. The problem and the submissions stay
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["authoring_delete_task"];
        options?: never;
        head?: never;
        /**
         * Change a task, and its problem if that is the caller's; or move it within its lesson
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["authoring_change_task"];
        trace?: never;
    };
    "/courses/{course_id}/{lesson_id}/{task_id}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give the problem of a task other tests. What was judged by the old ones keeps its verdict
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        put: operations["authoring_replace_tests"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/{lesson_id}/{task_id}/package": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Where to send a package for the problem of a task; `Location` tells what becomes of it
         * @description Who may call: teachers and admins. At most 60 imports an hour.
         */
        post: operations["authoring_announce_package"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/{lesson_id}/{task_id}/rejudge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge anew everything that was sent to a task, by the tests of now
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["authoring_rejudge_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a course put into an archive with its problems; `Location` tells when it can be fetched
         * @description Who may call: teachers and admins. At most 30 course_archives an hour.
         */
        post: operations["authoring_export_course"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/course-archives": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Where to send the archive of a course, which becomes one's own draft; `Location` tells what becomes of it
         * @description Who may call: teachers and admins. At most 30 course_archives an hour.
         */
        post: operations["authoring_announce_archive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/course-archives/{archive_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What has become of an archive that one ordered or sent
         * @description Who may call: teachers and admins.
         */
        get: operations["authoring_show_archive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/lessons/{lesson_id}/tasks/{task_id}/extensions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who has more time for a task than the others, and why. A page may be short, or empty, before the last
         * @description Who may call: teachers and admins.
         */
        get: operations["authoring_list_extensions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/lessons/{lesson_id}/tasks/{task_id}/extensions/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give one pupil more time for a task, and tell them
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        put: operations["authoring_grant_extension"];
        post?: never;
        /**
         * End an extension. What was sent by it stays, and is late
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["authoring_take_extension_back"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/main/courses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public courses, newest first: Virtual School's view
         * @description Who may call: anyone.
         */
        get: operations["progress_list_public_courses"];
        put?: never;
        /**
         * Make a course: Virtual School's path
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        post: operations["progress_create_course"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/main/courses/{course_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The card of a public course, for those who do not attend it and for visitors
         * @description Who may call: anyone.
         */
        get: operations["progress_show_public_course"];
        put?: never;
        post?: never;
        /**
         * Delete a course: Virtual School's path
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        delete: operations["progress_delete_course"];
        options?: never;
        head?: never;
        /**
         * Change a course: Virtual School's path
         * @description Who may call: admins. At most 1200 teaching writes a minute.
         */
        patch: operations["progress_change_course"];
        trace?: never;
    };
    "/user/courses/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The courses that a user attends, and how far they are: for themselves, teachers and admins
         * @description Who may call: anyone signed in.
         */
        get: operations["progress_list_courses_of_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/estimations/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's marks in each of their courses: for themselves, teachers and admins
         * @description Who may call: anyone signed in.
         */
        get: operations["progress_list_estimations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/certification/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The courses that were opened to a user: for themselves, teachers and admins
         * @description Who may call: anyone signed in.
         */
        get: operations["progress_list_certifications"];
        put?: never;
        /**
         * Let a user attend a private course: by its author or an admin
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["progress_grant_course"];
        /**
         * Take a course away from a user: by its author or an admin. How far they came is kept
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["progress_withdraw_course"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who attends a course, and how far they are: for its author and admins
         * @description Who may call: teachers and admins.
         */
        get: operations["progress_list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/courses/{course_id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who solved what, a page of members at a time: for the course's author and admins
         * @description Who may call: teachers and admins. At most 120 costly reads a minute.
         */
        get: operations["progress_show_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tracks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All tracks: those that wait for participants, those under way, those that are over; the newest of each first
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_list_tracks"];
        put?: never;
        /**
         * Make a track. Its criteria stay as they are
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["tracks_add_track"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/main/tracks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same for visitors: what everybody may know of each
         * @description Who may call: anyone.
         */
        get: operations["tracks_list_public_tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tracks/my": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tracks that the caller takes part in, the newest first
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_list_own_tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tracks/{track_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A track, and how the caller takes part in it
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_show_track"];
        put?: never;
        post?: never;
        /**
         * Delete a track that has not started, with its assignments
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["tracks_delete_track"];
        options?: never;
        head?: never;
        /**
         * Change a track that has not started
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["tracks_change_track"];
        trace?: never;
    };
    "/tracks/{track_id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a track that waits, with those who take part: two at least
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["tracks_start_track"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tracks/{track_id}/teachers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who teaches a track: for those who do, and admins
         * @description Who may call: teachers and admins.
         */
        get: operations["tracks_list_teachers"];
        put?: never;
        /**
         * Let another teacher do all with the track that its author may do
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["tracks_add_teacher"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tracks/{track_id}/teachers/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Let somebody teach the track no longer. Its author always does
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["tracks_remove_teacher"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tracks/{track_id}/enroll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take part in a track that waits. Whoever fills it starts it
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["tracks_enroll"];
        /**
         * Leave a track that has not started
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        delete: operations["tracks_unenroll"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tracks/{track_id}/standings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who takes part, by the sum of their medians: for participants, its teachers and admins
         * @description Who may call: anyone signed in. At most 120 costly reads a minute.
         */
        get: operations["tracks_show_standings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tracks/{track_id}/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The assignments of a track, as far as they are open to the caller: for participants, its teachers and admins
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_list_assignments"];
        put?: never;
        /**
         * Add an assignment to a track that has not started
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["tracks_add_assignment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tracks/{track_id}/assignments/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The first assignment that the caller can do something for
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_show_current_assignment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{assignment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An assignment, as far as it is open to the caller, and what they have sent in: for participants, its teachers and
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_show_assignment"];
        put?: never;
        post?: never;
        /**
         * Delete an assignment of a track that has not started
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["tracks_delete_assignment"];
        options?: never;
        head?: never;
        /**
         * Change an assignment of a track that has not started
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["tracks_change_assignment"];
        trace?: never;
    };
    "/assignments/{assignment_id}/deadline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Give more time for the running stage
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["tracks_extend_deadline"];
        trace?: never;
    };
    "/assignments/{assignment_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the running stage now; what follows it comes within a second or two
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["tracks_close_stage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{assignment_id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a stage that is over run again. Reviews that are owed are withdrawn when submissions are reopened
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["tracks_reopen_stage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{assignment_id}/extensions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who has more time than the others, and why. A page may be short, or empty, before the last
         * @description Who may call: teachers and admins.
         */
        get: operations["tracks_list_extensions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{assignment_id}/extensions/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give one participant more time, and tell them; nobody else's stage waits for it
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        put: operations["tracks_grant_extension"];
        post?: never;
        /**
         * End an extension. What was sent in by it stays, and is late
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["tracks_take_extension_back"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{assignment_id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the caller has sent in, at any time
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_show_own_submission"];
        /**
         * Replace one's solution before the deadline
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        put: operations["tracks_replace_submission"];
        /**
         * Send in a solution: a link to a repository
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["tracks_submit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{assignment_id}/review/submission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A submission that the caller is to review, reserved for them for a while; whose it is they do not learn
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_show_submission_to_review"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/submissions/{submission_id}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Review a submission that was allotted to the caller, or is offered to those who are done
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["tracks_write_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{assignment_id}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What others say of the caller's solution, once the review stage is over; for the track's teachers, of all
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_show_reviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{assignment_id}/owed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who still owes reviews, and which submissions wait for some
         * @description Who may call: teachers and admins. At most 120 costly reads a minute.
         */
        get: operations["tracks_show_owed_reviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{assignment_id}/diary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was noted below an assignment, the newest first: for participants, its teachers and admins
         * @description Who may call: anyone signed in.
         */
        get: operations["tracks_read_diary"];
        put?: never;
        /**
         * Note something below an assignment
         * @description Who may call: anyone signed in. At most 30 diary entries a minute.
         */
        post: operations["tracks_write_diary"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last training of a team in a contest
         * @description Who may call: anyone signed in.
         */
        get: operations["training_find_session"];
        put?: never;
        /**
         * Start a training of one's team in a contest; 200 for the one that is going on
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["training_start_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/team/{team_id}/reconnect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The training that a team is in: for its members
         * @description Who may call: anyone signed in.
         */
        get: operations["training_find_running_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{team_id}/training-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The trainings of a team, the latest first, and how it did: for its members and admins, and for a teacher whose
         * @description Who may call: anyone signed in.
         */
        get: operations["training_list_sessions_of_team"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A training: for the members of its team and admins, for who teaches its contest, and for a teacher whose own
         * @description Who may call: anyone signed in.
         */
        get: operations["training_show_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish a training; once it is finished, nothing more happens
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        post: operations["training_complete_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that has happened in a training, in order, a page at a time
         * @description Who may call: anyone signed in. At most 120 costly reads a minute.
         */
        get: operations["training_list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/standings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the team stands in this training
         * @description Who may call: anyone signed in. At most 120 costly reads a minute.
         */
        get: operations["training_show_standings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contests/{contest_id}/standings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How all teams stand in a contest, by the rules of the ICPC
         * @description Who may call: anyone signed in. At most 120 costly reads a minute.
         */
        get: operations["training_show_contest_standings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contests/{contest_id}/problems/{alias}/rejudge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge anew what was sent to a problem in all trainings of a contest, by the tests of now; standings follow
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["training_rejudge_problem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The problems of a training, and how far the team is with each
         * @description Who may call: anyone signed in.
         */
        get: operations["training_list_problems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/problems/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the team is with a problem
         * @description Who may call: anyone signed in.
         */
        get: operations["training_show_problem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/problems/{alias}/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a problem asks, and in which languages it may be solved
         * @description Who may call: anyone signed in.
         */
        get: operations["training_show_statement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/submissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the team has sent in, the newest first
         * @description Who may call: anyone signed in.
         */
        get: operations["training_list_submissions"];
        put?: never;
        /**
         * Send a program; the room is told of it at once, and of the verdict when there is one
         * @description Who may call: anyone signed in. At most 20 submissions a minute, 500 a day and 2 that wait.
         */
        post: operations["training_submit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/submissions/problem/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the team has sent to one problem, the newest first
         * @description Who may call: anyone signed in.
         */
        get: operations["training_list_submissions_to"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/submissions/{submission_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A program of the team, and its verdict
         * @description Who may call: anyone signed in.
         */
        get: operations["training_show_submission"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/submissions/{submission_id}/full": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same with its source and tests
         * @description Who may call: anyone signed in.
         */
        get: operations["training_show_submission_in_full"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/code/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The text in the editor of a problem
         * @description Who may call: anyone signed in.
         */
        get: operations["training_show_code"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/control/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who has control of the editor; nobody is null, in `userId` an empty text
         * @description Who may call: anyone signed in.
         */
        get: operations["training_show_control"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/online": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is in the room of a training
         * @description Who may call: anyone signed in.
         */
        get: operations["training_list_online_in_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/compiler/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The language that is chosen for a problem
         * @description Who may call: anyone signed in.
         */
        get: operations["training_show_compiler"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/problem/{alias}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The comments on a problem, the oldest first
         * @description Who may call: anyone signed in.
         */
        get: operations["training_list_comments"];
        put?: never;
        /**
         * Comment on a problem; the room is told
         * @description Who may call: anyone signed in. At most 60 comments a minute. Recommended instead of `POST /training-sessions/{training_session_id}/problem/{alias}/comments/send`.
         */
        post: operations["training_add_comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/comments/{comment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a comment of one's own; the room is told
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        delete: operations["training_delete_comment"];
        options?: never;
        head?: never;
        /**
         * Change a comment of one's own; the room is told
         * @description Who may call: anyone signed in. At most 60 comments a minute.
         */
        patch: operations["training_change_comment"];
        trace?: never;
    };
    "/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's teams
         * @description Who may call: anyone signed in.
         */
        get: operations["teams_list_teams"];
        put?: never;
        /**
         * Make a team; whoever makes it is its captain
         * @description Who may call: anyone signed in. At most 30 changes of teams a minute.
         */
        post: operations["teams_create_team"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Join a team by an invitation code
         * @description Who may call: anyone signed in. At most 30 changes of teams a minute.
         */
        post: operations["teams_join_team"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{team_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A team: for its members and admins, and for a teacher whose own pupils they all are
         * @description Who may call: anyone signed in.
         */
        get: operations["teams_show_team"];
        put?: never;
        post?: never;
        /**
         * Dissolve a team that is not in a training: for its captain
         * @description Who may call: anyone signed in. At most 30 changes of teams a minute.
         */
        delete: operations["teams_delete_team"];
        options?: never;
        head?: never;
        /**
         * Rename a team, or hand it over: for its captain
         * @description Who may call: anyone signed in. At most 30 changes of teams a minute.
         */
        patch: operations["teams_change_team"];
        trace?: never;
    };
    "/teams/{team_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Leave a team; or send a member away, as its captain
         * @description Who may call: anyone signed in. At most 30 changes of teams a minute.
         */
        delete: operations["teams_remove_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{team_id}/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The codes that hold: for the captain
         * @description Who may call: anyone signed in.
         */
        get: operations["teams_list_invites"];
        put?: never;
        /**
         * A code that lets others into the team for seven days: for its captain
         * @description Who may call: anyone signed in. At most 20 invites of a team an hour.
         */
        post: operations["teams_issue_invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{team_id}/invites/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a code back: for the captain
         * @description Who may call: anyone signed in. At most 600 writes a minute.
         */
        delete: operations["teams_revoke_invite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{team_id}/online": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is in the lobby of a team: for its members
         * @description Who may call: anyone signed in. Recommended instead of `GET /lobby/{team_id}/online`.
         */
        get: operations["teams_list_online_of_team"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lobby/{team_id}/online": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is in the lobby of a team: for its members
         * @deprecated
         * @description Who may call: anyone signed in. For older clients; new ones use `GET /teams/{team_id}/online`.
         */
        get: operations["teams_list_online"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lobby/{team_id}/selected-contest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The contest that is selected in the lobby: for the team's members
         * @description Who may call: anyone signed in.
         */
        get: operations["teams_show_selected_contest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The contests, the newest first, and how the caller's teams did in each
         * @description Who may call: anyone signed in.
         */
        get: operations["teams_list_contests"];
        put?: never;
        /**
         * Make a contest of problems of the library
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["teams_create_contest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/main/contests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same for visitors: what everybody may know of each
         * @description Who may call: anyone.
         */
        get: operations["teams_list_public_contests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contests/{contest_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A contest with its problems' names, and how the caller's teams did. What they ask is told in a training
         * @description Who may call: anyone signed in.
         */
        get: operations["teams_show_contest"];
        put?: never;
        post?: never;
        /**
         * Delete a contest that one owns or teaches. Trainings that have started go on
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["teams_delete_contest"];
        options?: never;
        head?: never;
        /**
         * Change a contest that one owns or teaches. Trainings that have started keep what they had
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        patch: operations["teams_change_contest"];
        trace?: never;
    };
    "/contests/{contest_id}/teachers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who teaches a contest: for those who do, and admins
         * @description Who may call: teachers and admins.
         */
        get: operations["teams_list_teachers"];
        put?: never;
        /**
         * Let another teacher do all with the contest that its author may do
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        post: operations["teams_add_teacher"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contests/{contest_id}/teachers/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Let somebody teach the contest no longer. Its author always does
         * @description Who may call: teachers and admins. At most 1200 teaching writes a minute.
         */
        delete: operations["teams_remove_teacher"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training-sessions/{training_session_id}/problem/{alias}/comments/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Comment on a problem; the room is told
         * @deprecated
         * @description Who may call: anyone signed in. At most 60 comments a minute. For older clients; new ones use `POST /training-sessions/{training_session_id}/problem/{alias}/comments`.
         */
        post: operations["aliases_add_comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AcceptedView */
        AcceptedView: {
            /**
             * @description "accepted" if it is left out
             * @constant
             */
            status: "accepted";
        };
        /**
         * AccountState
         * @description The state of an account: `new` until the mail is verified and a password is set; `deleted` for good.
         * @enum {string}
         */
        AccountState: "new" | "activated" | "blocked" | "deleted";
        /**
         * AccountView
         * @description An account. `login_id` is `id` and `username` is `login`: the five systems have different names for them.
         */
        AccountView: {
            id: number;
            login_id: number;
            login: string | null;
            username: string | null;
            email: string;
            name: string | null;
            secondname: string | null;
            patronymic: string | null;
            birthdate: string | null;
            phone: string | null;
            class: number | null;
            role: components["schemas"]["Role"];
            roles: components["schemas"]["PortalRole"][];
            is_admin: boolean;
            state: components["schemas"]["AccountState"];
            verified_mail: boolean;
            /** Format: date-time */
            created_at: string;
        };
        /**
         * AnnotationView
         * @description A complaint of a line of the program's source. Both count from 1; `column` is null where none was said.
         */
        AnnotationView: {
            line: number;
            column: number | null;
            message: string;
        };
        AnyNotification: components["schemas"]["SchoolNotification"] | components["schemas"]["EnrolledNotification"] | components["schemas"]["TaskExtensionGrantedNotification"] | components["schemas"]["TrackStartedNotification"] | components["schemas"]["TrackNotStartedNotification"] | components["schemas"]["AssignmentOpenedNotification"] | components["schemas"]["ReviewStartedNotification"] | components["schemas"]["DeadlineSoonNotification"] | components["schemas"]["DeadlineMovedNotification"] | components["schemas"]["StageClosedNotification"] | components["schemas"]["StageReopenedNotification"] | components["schemas"]["ExtensionGrantedNotification"];
        /**
         * ArchiveBody
         * @description The archive of a course that is going to be sent: its exact size in bytes.
         */
        ArchiveBody: {
            size: number;
        };
        /**
         * ArchiveKind
         * @enum {string}
         */
        ArchiveKind: "export" | "import";
        /**
         * ArchiveState
         * @description `working` from when all that an import needs is known: what it makes has its ids then.
         * @enum {string}
         */
        ArchiveState: "waiting" | "working" | "failed" | "done";
        /**
         * ArchiveUpload
         * @description Where to send an archive; then look at what becomes of it.
         */
        ArchiveUpload: {
            archive_id: number;
            upload: components["schemas"]["UploadView"];
        };
        /**
         * AssignmentBody
         * @description Hours may be fractional. Without `order` it comes last. Without `late_policy` no late work is taken.
         */
        AssignmentBody: {
            title: string;
            description: string;
            order?: number | null;
            deadline_hours: number;
            /** @description 48 if it is left out */
            review_hours?: number;
            late_policy?: components["schemas"]["LatePolicyBody"] | null;
        };
        /** AssignmentChanges */
        AssignmentChanges: {
            title?: string;
            description?: string;
            order?: number;
            deadline_hours?: number;
            review_hours?: number;
            late_policy?: components["schemas"]["LatePolicyBody"] | null;
        };
        /** AssignmentOpened */
        AssignmentOpened: {
            assignment_id: number;
            track_id: number;
            /** Format: date-time */
            deadline: string;
        };
        /**
         * AssignmentOpenedNotification
         * @description A notification of the type ASSIGNMENT_OPENED, which is that of the frame that was sent live.
         */
        AssignmentOpenedNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "ASSIGNMENT_OPENED";
            payload: components["schemas"]["AssignmentOpened"];
            read: boolean;
            author_name: string | null;
        };
        /** AssignmentServerPayload */
        AssignmentServerPayload: {
            user: components["schemas"]["UserObject"] | null;
            problemAlias: string;
        };
        /**
         * AssignmentView
         * @description `description` is null until the assignment is open to the caller. Both deadlines are known once it is open.
         *
         *     `submission` is the caller's own; null when there is none. `is_enrolled` says whether they take part: who does not
         *     sees it as its teachers do. `review_criteria` and `max_score` are the track's, for the reviews. Late work is taken
         *     until `closes_at`; `extension` is more time of the caller's own.
         */
        AssignmentView: {
            id: number;
            track_id: number;
            track_title: string;
            title: string;
            description: string | null;
            order: number;
            deadline_hours: number;
            review_hours: number;
            /** Format: date-time */
            created_at: string;
            is_available: boolean;
            submission_deadline: string | null;
            code_review_deadline: string | null;
            /** @enum {string} */
            current_stage: "not_started" | "submission" | "code_review" | "completed";
            reviews_done: number;
            reviews_required: number;
            submission: components["schemas"]["SolutionView"] | null;
            is_enrolled: boolean;
            review_criteria: {
                [key: string]: string;
            };
            max_score: number;
            late_policy: components["schemas"]["LatePolicyView"] | null;
            closes_at: string | null;
            extension: components["schemas"]["OwnExtension"] | null;
        };
        /**
         * AssignmentsList
         * @description A bare array, in the order of the assignments.
         */
        AssignmentsList: components["schemas"]["AssignmentView"][];
        /** AttendedView */
        AttendedView: {
            /** @enum {string} */
            status: "success" | "Already on course";
        };
        /**
         * AuthoredCourse
         * @description A course as its author sees it. `version` grows with every change of the course or of anything in it.
         */
        AuthoredCourse: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            description: string;
            tags: string[];
            pic: string | null;
            language: components["schemas"]["CourseLanguageView"];
            is_public: boolean;
            published: boolean;
            languages: string[] | null;
            author_id: number;
            author_name: string | null;
            version: number;
            /** Format: date-time */
            created_at: string;
            late_policy: components["schemas"]["LatePolicyView"] | null;
            late_days: number;
        };
        /**
         * AuthoredLesson
         * @description A lesson as its author sees it, with its own times.
         */
        AuthoredLesson: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            description: string;
            published: boolean;
            requires: components["schemas"]["RequirementView"][];
        };
        /**
         * AuthoredTask
         * @description A task as its author sees it, with its own times. Pupils see it when it is `published` and its problem is too,
         *     which `is_published` says. Without a `late_policy` the course's counts.
         */
        AuthoredTask: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            problem_id: number;
            name: string;
            points: number;
            languages: string[] | null;
            published: boolean;
            is_published: boolean;
            late_policy: components["schemas"]["LatePolicyView"] | null;
        };
        /**
         * Availability
         * @description What something is for pupils at a moment. What is `locked` waits for points in another lesson.
         * @enum {string}
         */
        Availability: "draft" | "not_open" | "locked" | "open" | "closed";
        /**
         * AwaitedView
         * @description What waits for the caller since then. `track`: it does not start by itself, and so many wait for it; `reviews`:
         *     so many submissions lack reviews, whose review stage is over; `import`: a list of so many pupils was undone;
         *     `enrollment`: so many pupils of a group were not taken.
         */
        AwaitedView: {
            within: string;
            title: string | null;
            course_id: number | null;
            lesson_id: number | null;
            task_id: number | null;
            track_id: number | null;
            assignment_id: number | null;
            group_id: number | null;
            kind: components["schemas"]["WaitingKind"];
            /** Format: date-time */
            since: string;
            count: number;
        };
        /**
         * BehindKind
         * @enum {string}
         */
        BehindKind: "missed" | "stuck" | "quiet";
        /**
         * BehindView
         * @description A pupil who falls behind. `missed`: since then so many times passed although they were reminded; `stuck`: the
         *     last of so many programs failed one after the other, all on that `test`; `quiet`: nothing came since then.
         */
        BehindView: {
            within: string;
            title: string | null;
            course_id: number | null;
            lesson_id: number | null;
            task_id: number | null;
            track_id: number | null;
            assignment_id: number | null;
            group_id: number | null;
            kind: components["schemas"]["BehindKind"];
            user_id: number;
            name: string | null;
            /** Format: date-time */
            since: string;
            count: number;
            test: number | null;
        };
        /**
         * CalendarView
         * @description `since` is when the calendar was opened; null while there is none.
         */
        CalendarView: {
            since: string | null;
        };
        /**
         * CallerView
         * @description The caller, for PyTry (`info`) and Team Training (the names of the passport).
         */
        CallerView: {
            id: number;
            login_id: number;
            login: string | null;
            username: string | null;
            email: string;
            name: string | null;
            secondname: string | null;
            patronymic: string | null;
            birthdate: string | null;
            phone: string | null;
            class: number | null;
            role: components["schemas"]["Role"];
            roles: components["schemas"]["PortalRole"][];
            is_admin: boolean;
            state: components["schemas"]["AccountState"];
            verified_mail: boolean;
            /** Format: date-time */
            created_at: string;
            can: components["schemas"]["Permission"][];
            language: string | null;
            time_zone: string | null;
            info: components["schemas"]["OwnAccountView"];
            first_name: string | null;
            last_name: string | null;
            display_name: string;
            real_name: string | null;
            default_email: string;
        };
        /**
         * CellView
         * @description `minute` is when it was solved; `hidden` are attempts after the standings stood still.
         */
        CellView: {
            problemAlias: string;
            status: components["schemas"]["ProblemStatus"];
            attempts: number;
            minute: number | null;
            penalty: number;
            hidden: number;
        };
        /**
         * Certification
         * @description A course that was opened to somebody; `since` when they attend it.
         */
        Certification: {
            course_id: number;
            name: string;
            granted_at: string | null;
            since: string | null;
        };
        /** CertificationsView */
        CertificationsView: {
            certifications: components["schemas"]["Certification"][];
        };
        /**
         * CheckedListView
         * @description How many lines of a list are right, and all that is wrong with the others. Until then nobody is invited.
         */
        CheckedListView: {
            pupils: number;
            faults: components["schemas"]["ListFaultView"][];
        };
        /** @enum {string} */
        CheckerName: "exact" | "lines" | "tokens" | "tokens_ignore_case" | "floats" | "sorted" | "unordered" | "linecount" | "icpc_default" | "custom" | "interactive";
        /**
         * CheckerOptions
         * @description The parameters of a checker; each takes its own alone.
         *
         *     `tokens` and `floats` take `ignore_case` and `exact_spaces`, `floats` also `absolute` and `relative`; `sorted` takes
         *     `by`, `unordered` `within`, `custom` and `interactive` `convention`. With `then_checker` what an `interactive`
         *     problem's interactor wrote into the file of its second argument is judged by the problem's checker, once the
         *     interactor has accepted. With `percent` the points that an author's program gives are of 100 for each test.
         *     With `second_run` an `interactive` problem's program is run again on what the interactor wrote.
         *     `passes` is how often a program may be run on one test, where the author's program of the ICPC's convention asks for
         *     it by a file `nextpass.in`.
         */
        CheckerOptions: {
            /** @description `tokens`, `floats`: upper and lower case are the same. false if it is left out */
            ignore_case?: boolean;
            /** @description `tokens`, `floats`: blanks and ends of lines are those of the answer. false if it is left out */
            exact_spaces?: boolean;
            /** @description `floats`: how far a number may be off; 0 where `relative` alone is given. 1e-06 if it is left out */
            absolute?: number;
            /** @description `floats`: the same, as a part of the answer's number; 0 where `absolute` alone is given. 1e-06 if it is left out */
            relative?: number;
            /**
             * @description `sorted`: what may stand in any order. "lines" if it is left out
             * @enum {string}
             */
            by?: "lines" | "tokens";
            /**
             * @description `unordered`: lines in any order, each with its tokens in any order, or the latter alone. "output" if it is left out
             * @enum {string}
             */
            within?: "output" | "line";
            /** @description `custom`, `interactive`: how the author's program is called and says its result. "testlib" if it is left out */
            convention?: components["schemas"]["Convention"];
            /** @description `interactive`, by testlib's convention: the checker judges what the interactor wrote. false if it is left out */
            then_checker?: boolean;
            /** @description `custom`, `interactive`: points of the author's program are of 100 for each test. false if it is left out */
            percent?: boolean;
            /**
             * @description `interactive`, by testlib's convention: whether the program is run again, on what the interactor wrote: alone, its output for the checker; or with the interactor, which reads that too. "none" if it is left out
             * @enum {string}
             */
            second_run?: "none" | "alone" | "interactive";
            /** @description `custom`, `interactive`, by the ICPC's convention: how often the program runs on a test at most. 1 if it is left out */
            passes?: number;
        };
        /**
         * CheckingView
         * @description Not judged yet, for those who asked for it with `Prefer`: look again at `GET /submissions/{submission_id}`.
         */
        CheckingView: {
            /**
             * @description "Checking" if it is left out
             * @constant
             */
            status: "Checking";
            submission_id: number;
        };
        /**
         * ChosenCode
         * @description A code that the client chooses, as Auth Service allowed. Only admins may: else anyone could confirm any mail.
         */
        ChosenCode: {
            code?: number | string | null;
        };
        /** ClassesView */
        ClassesView: {
            classes: number[];
        };
        /**
         * CodeEditorUpdateFrame
         * @description The text of a problem is another.
         */
        CodeEditorUpdateFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "CODE_EDITOR_UPDATE";
            payload: components["schemas"]["CodeServerPayload"];
        };
        /**
         * CodeServerPayload
         * @description In RESUMED and in the record of a session, `delta` stands in place of `code`. So it does where a frame has no
         *     room for the text; where it has none for the `delta` either, `GET …/code/{alias}` has the text.
         */
        CodeServerPayload: {
            user_id: number;
            code?: string | null;
            delta?: components["schemas"]["DeltaServerPayload"] | null;
            problemAlias: string;
            version: number;
            /** @description The same as a text. */
            readonly userId: string;
        };
        /**
         * CodeView
         * @description A text that nobody has edited is empty, and of version 0.
         */
        CodeView: {
            code: string;
            version: number;
        };
        /** CommentBody */
        CommentBody: {
            content: string;
        };
        /**
         * CommentDeletedPayload
         * @description `commentId` and `id` are the same: Team Training's code and text differ.
         */
        CommentDeletedPayload: {
            id: number;
            commentId: number;
        };
        /**
         * CommentServerPayload
         * @description A comment on a problem.
         */
        CommentServerPayload: {
            user_id: number;
            id: number;
            userFirstName: string | null;
            userLastName: string | null;
            userLogin: string | null;
            problemAlias: string;
            content: string;
            /** Format: date-time */
            dtCreated: string;
            /** @description The same. */
            readonly userId: number;
        };
        /**
         * CommentsList
         * @description A bare array, as Team Training's.
         */
        CommentsList: components["schemas"]["CommentServerPayload"][];
        /**
         * CompilerSelectedFrame
         * @description The language of a problem.
         */
        CompilerSelectedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "COMPILER_SELECTED";
            payload: components["schemas"]["CompilerServerPayload"];
        };
        /** CompilerServerPayload */
        CompilerServerPayload: {
            compiler: string;
            problemAlias: string;
        };
        /** CompilerView */
        CompilerView: {
            compiler: string | null;
        };
        /** ContestBody */
        ContestBody: {
            name: string;
            /** @description In seconds */
            duration: number;
            /** @description false if it is left out */
            freeze?: boolean;
            /** @description false if it is left out */
            coarse_results?: boolean;
            problems: components["schemas"]["PlacedBody"][];
        };
        /**
         * ContestCard
         * @description What everybody may know of a contest. `duration` is in seconds.
         */
        ContestCard: {
            id: number;
            name: string;
            duration: number;
            freeze: boolean;
            problems_count: number;
            /** Format: date-time */
            created_at: string;
        };
        /** ContestCards */
        ContestCards: {
            next: string | null;
            items: components["schemas"]["ContestCard"][];
        };
        /** ContestChanges */
        ContestChanges: {
            name?: string | null;
            duration?: number | null;
            freeze?: boolean | null;
            coarse_results?: boolean | null;
            problems?: components["schemas"]["PlacedBody"][] | null;
        };
        /**
         * ContestInfo
         * @description A contest in a list. `results` are those of the caller's teams, the latest of each team first.
         */
        ContestInfo: {
            id: number;
            name: string;
            duration: number;
            freeze: boolean;
            problems_count: number;
            /** Format: date-time */
            created_at: string;
            author_id: number;
            author_name: string | null;
            results: components["schemas"]["ContestResultView"][];
        };
        /** ContestProblemView */
        ContestProblemView: {
            alias: string;
            problem_id: number;
            title: string;
        };
        /**
         * ContestRejudgingView
         * @description What was sent to the problem is judged anew in the background.
         */
        ContestRejudgingView: {
            /**
             * @description "Checking" if it is left out
             * @constant
             */
            status: "Checking";
        };
        /**
         * ContestResultView
         * @description A training of one of the caller's teams in a contest, and how it went; `penalty` is in minutes.
         *
         *     `is_repetition`: some of the team had trained in the contest before.
         */
        ContestResultView: {
            training_session_id: string;
            team_id: number;
            team_name: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ends_at: string;
            solved: number;
            penalty: number;
            is_repetition: boolean;
        };
        /** ContestView */
        ContestView: {
            id: number;
            name: string;
            duration: number;
            freeze: boolean;
            problems_count: number;
            /** Format: date-time */
            created_at: string;
            author_id: number;
            author_name: string | null;
            results: components["schemas"]["ContestResultView"][];
            coarse_results: boolean;
            problems: components["schemas"]["ContestProblemView"][];
        };
        /**
         * ContestsList
         * @description A bare array, as Team Training's.
         */
        ContestsList: components["schemas"]["ContestInfo"][];
        /**
         * ControlPayload
         * @description Who has control of the editor: nobody is null, and an empty text in Team Training's `userId`.
         */
        ControlPayload: {
            user_id: number | null;
            /** @description The same as a text. */
            readonly userId: string;
        };
        /**
         * ControlTakenFrame
         * @description Who has control of the editor.
         */
        ControlTakenFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "CONTROL_TAKEN";
            payload: components["schemas"]["ControlPayload"];
        };
        /**
         * Convention
         * @enum {string}
         */
        Convention: "testlib" | "icpc";
        /**
         * CookieCredentials
         * @description The sign-in for browsers: `login`, which may be an e-mail as well, may stand in the place of `email`.
         */
        CookieCredentials: {
            /** @description Or `login` instead */
            email?: string;
            password: string;
            /** @description A one-time password of six digits, or a recovery code: for accounts with a second factor */
            otp?: number | string | null;
            /** @description Or `email` instead */
            login?: string;
        };
        /**
         * CopyBody
         * @description Without a name the copy is called as the course is.
         */
        CopyBody: {
            name?: string | null;
            /** @description By how many days all times are moved; null: the copy has no times */
            shift_days?: number | null;
        };
        /**
         * CopyView
         * @description `left_out` are the names of tasks whose problems are neither published nor the caller's.
         */
        CopyView: {
            course: components["schemas"]["AuthoredCourse"];
            left_out: string[];
        };
        /**
         * CourseArchiveView
         * @description `done`: an export can be fetched at `url` for an hour, and `course_id` is the course that an import has made.
         *
         *     `failed`: nothing was made, for these faults. `warnings` name what was left out.
         */
        CourseArchiveView: {
            archive_id: number;
            kind: components["schemas"]["ArchiveKind"];
            state: components["schemas"]["ArchiveState"];
            course_id: number | null;
            url: string | null;
            faults: components["schemas"]["FaultView"][];
            warnings: components["schemas"]["FaultView"][];
            /** Format: date-time */
            created_at: string;
        };
        /**
         * CourseCard
         * @description A course as visitors see it: who wrote it, how many tasks are published, and what they are worth together.
         */
        CourseCard: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            description: string;
            tags: string[];
            pic: string | null;
            language: components["schemas"]["CourseLanguageView"];
            is_public: boolean;
            published: boolean;
            state: components["schemas"]["Availability"];
            author_id: number;
            author_name: string | null;
            tasks_count: number;
            max_points: number;
        };
        /**
         * CourseCards
         * @description Virtual School's bare array.
         */
        CourseCards: components["schemas"]["CourseCard"][];
        /**
         * CourseChange
         * @description `languages` null allows all. `published` false makes a draft of it, which only its teachers see.
         *
         *     `late_policy` counts for all tasks that are due and have none of their own, `late_days` are each pupil's, to be late
         *     without a penalty.
         */
        CourseChange: {
            published?: boolean;
            opens_at?: string | null;
            closes_at?: string | null;
            due_at?: string | null;
            late_policy?: components["schemas"]["LatePolicyBody"] | null;
            name?: string;
            description?: string;
            /** @description Words by which it is found, beside its name */
            tags?: string[];
            language?: string;
            languages?: string[] | null;
            is_public?: boolean;
            late_days?: number;
        };
        /** CourseId */
        CourseId: {
            id: number;
        };
        /**
         * CourseInfo
         * @description A course in somebody's list: whether they attend it, and how far they are.
         */
        CourseInfo: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            description: string;
            tags: string[];
            pic: string | null;
            language: components["schemas"]["CourseLanguageView"];
            is_public: boolean;
            published: boolean;
            state: components["schemas"]["Availability"];
            author_id: number;
            author_name: string | null;
            tasks_count: number;
            max_points: number;
            attends: boolean;
            solved: number;
            points: number;
        };
        /** CourseLanguageView */
        CourseLanguageView: {
            id: string;
            name: string;
        };
        /**
         * CourseView
         * @description A course with its lessons.
         */
        CourseView: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            description: string;
            tags: string[];
            pic: string | null;
            language: components["schemas"]["CourseLanguageView"];
            is_public: boolean;
            published: boolean;
            state: components["schemas"]["Availability"];
            author_id: number;
            author_name: string | null;
            tasks_count: number;
            max_points: number;
            attends: boolean;
            solved: number;
            points: number;
            lessons: components["schemas"]["LessonView"][];
        };
        /** CoursesView */
        CoursesView: {
            courses: components["schemas"]["CourseInfo"][];
        };
        /**
         * CreatedView
         * @description The id of something new: Virtual School's oid.
         */
        CreatedView: {
            id: number;
        };
        /**
         * Credentials
         * @description PyTry's sign-in: a password with a login or an e-mail. `login` may be an e-mail; an empty `email` is none.
         */
        Credentials: {
            password: string;
            login?: string | null;
            email?: string | null;
            /** @description A one-time password of six digits, or a recovery code: for accounts with a second factor */
            otp?: number | string | null;
        };
        /** DashboardSections */
        DashboardSections: {
            progress: components["schemas"]["StudyView"][];
            assignments: components["schemas"]["TodoView"][];
            trainings: components["schemas"]["TrainingView"][];
        };
        /**
         * DashboardView
         * @description `id` is the caller's, Virtual School's only member. `unread_notifications` counts to a hundred.
         *
         *     `due` is what the caller has still to do, the most urgent first; `progress` has the next task of each course.
         *     `teaching` is null for those who teach nothing.
         */
        DashboardView: {
            id: number;
            unread_notifications: number;
            due: components["schemas"]["DueView"][];
            teaching: components["schemas"]["TeachingView"] | null;
            sections: components["schemas"]["DashboardSections"];
        };
        /** DeadlineBody */
        DeadlineBody: {
            /** @enum {string} */
            stage: "submission" | "code_review";
            /** Format: date-time */
            deadline: string;
        };
        /**
         * DeadlineKind
         * @enum {string}
         */
        DeadlineKind: "task" | "submission" | "review";
        /**
         * DeadlineMoved
         * @description The stage ends later: its teacher wants it so, or what an outage took is given back.
         */
        DeadlineMoved: {
            assignment_id: number;
            track_id: number;
            /** @enum {string} */
            stage: "submission" | "code_review";
            /** Format: date-time */
            deadline: string;
            /** @enum {string} */
            reason: "teacher" | "outage";
        };
        /**
         * DeadlineMovedNotification
         * @description A notification of the type DEADLINE_MOVED, which is that of the frame that was sent live.
         */
        DeadlineMovedNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "DEADLINE_MOVED";
            payload: components["schemas"]["DeadlineMoved"];
            read: boolean;
            author_name: string | null;
        };
        /**
         * DeadlineSoon
         * @description `reviews_left` are those that the recipient owes: in the submission stage, of earlier assignments.
         */
        DeadlineSoon: {
            assignment_id: number;
            track_id: number;
            /** @enum {string} */
            stage: "submission" | "code_review";
            /** Format: date-time */
            deadline: string;
            reviews_left: number;
        };
        /**
         * DeadlineSoonNotification
         * @description A notification of the type DEADLINE_SOON, which is that of the frame that was sent live.
         */
        DeadlineSoonNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "DEADLINE_SOON";
            payload: components["schemas"]["DeadlineSoon"];
            read: boolean;
            author_name: string | null;
        };
        /**
         * DeletingView
         * @description Nobody sees the course any more, but not all of it is erased: ask again to go on.
         */
        DeletingView: {
            /**
             * @description "deleting" if it is left out
             * @constant
             */
            status: "deleting";
        };
        /**
         * DeliveryView
         * @description How far a notification has come: `told` counts those who have it, and all have it from `delivered_at` on.
         */
        DeliveryView: {
            id: number;
            recipients: number | null;
            left_out: number | null;
            told: number;
            delivered_at: string | null;
        };
        /**
         * DeltaServerPayload
         * @description At `at`, so many characters (code points) were taken out and others put in.
         */
        DeltaServerPayload: {
            at: number;
            removed: number;
            inserted: string;
        };
        /**
         * DeviceType
         * @description What somebody did it on, in Auth Service's words.
         * @enum {string}
         */
        DeviceType: "tablet" | "mobile" | "web" | "unknown";
        /**
         * DiaryList
         * @description A bare array, the newest first.
         */
        DiaryList: components["schemas"]["EntryView"][];
        /**
         * DifferenceView
         * @description Where an output first differs from the answer. `expected` is null after the answer's end, `got` at the output's.
         *
         *     `line` counts from 1: of the answer, or of the output where that is too long.
         */
        DifferenceView: {
            line: number;
            expected: string | null;
            got: string | null;
        };
        /**
         * DigestChange
         * @description What a daily mail tells, and after which hour of one's day it comes.
         */
        DigestChange: {
            deadlines?: boolean;
            results?: boolean;
            hour?: number;
        };
        /**
         * DigestView
         * @description What a daily mail tells, and after which hour of one's day it comes.
         */
        DigestView: {
            deadlines: boolean;
            results: boolean;
            hour: number;
        };
        /**
         * DisagreementView
         * @description A submission on which reviewers disagree: their points lie apart by `spread`, from 0 to 1 of what can be had, for
         *     the whole or for the `criterion`. A review by one who teaches the track settles it.
         */
        DisagreementView: {
            within: string;
            title: string | null;
            course_id: number | null;
            lesson_id: number | null;
            task_id: number | null;
            track_id: number | null;
            assignment_id: number | null;
            group_id: number | null;
            submission_id: number;
            user_id: number;
            name: string | null;
            /** Format: date-time */
            since: string;
            spread: number;
            criterion: string | null;
            reviews: number;
        };
        /**
         * DraftBody
         * @description A program as it is now: it may be empty, or no program yet.
         */
        DraftBody: {
            language: string;
            source: string;
        };
        /**
         * DraftInfo
         * @description That there is a draft in a language, and since when.
         */
        DraftInfo: {
            language: string;
            /** Format: date-time */
            saved_at: string;
        };
        /** DraftView */
        DraftView: {
            language: string;
            /** Format: date-time */
            saved_at: string;
            source: string;
        };
        /**
         * DraftsView
         * @description The draft that was asked for, null where there is none; `drafts` are all of the task's, the latest first.
         */
        DraftsView: {
            draft: components["schemas"]["DraftView"] | null;
            drafts: components["schemas"]["DraftInfo"][];
        };
        /**
         * DueView
         * @description What somebody has to do by `due_at`: a task of a course, or of a track's assignment a submission or reviews.
         *
         *     `within` is the name of the course or track. What is past its time is here while it can still be done.
         */
        DueView: {
            kind: components["schemas"]["DeadlineKind"];
            title: string;
            within: string;
            /** Format: date-time */
            due_at: string;
            course_id: number | null;
            lesson_id: number | null;
            task_id: number | null;
            track_id: number | null;
            assignment_id: number | null;
            reviews_left: number;
        };
        /** EmailBody */
        EmailBody: {
            /** Format: email */
            email: string;
        };
        /**
         * EnrolledNotification
         * @description A notification of the type ENROLLED, which is that of the frame that was sent live.
         */
        EnrolledNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "ENROLLED";
            payload: components["schemas"]["EnrolledPayload"];
            read: boolean;
            author_name: string | null;
        };
        /**
         * EnrolledPayload
         * @description What the recipient attends from now on.
         */
        EnrolledPayload: {
            /** @enum {string} */
            kind: "course" | "track" | "contest" | "group";
            id: number;
            title: string;
        };
        /** EnrollmentView */
        EnrollmentView: {
            id: number;
            user_id: number;
            track_id: number;
            /** Format: date-time */
            enrolled_at: string;
        };
        /** EntryBody */
        EntryBody: {
            content: string;
        };
        /** EntryView */
        EntryView: {
            user_id: number;
            username: string | null;
            id: number;
            assignment_id: number;
            content: string;
            /** Format: date-time */
            created_at: string;
        };
        /**
         * ErrorView
         * @description Every error, whatever its status. A 400 has at least one violation.
         */
        ErrorView: {
            /** @constant */
            success: false;
            code: string;
            status: string;
            errors: string[];
            detail: string;
            violations: components["schemas"]["ViolationView"][];
            /** @description Always null */
            result: string | null;
            request_id: string;
        };
        /**
         * EstimationView
         * @description How far somebody is in a course.
         */
        EstimationView: {
            course_id: number;
            name: string;
            attends: boolean;
            solved: number;
            total: number;
            points: number;
            max_points: number;
        };
        /** EstimationsView */
        EstimationsView: {
            estimations: components["schemas"]["EstimationView"][];
        };
        /**
         * EventsView
         * @description Frames as the room was told them; edits as deltas. `next` is the `from_seq` of what follows, if there is more.
         */
        EventsView: {
            events: (components["schemas"]["UserJoinFrame"] | components["schemas"]["UserLeaveFrame"] | components["schemas"]["UserFrame"] | components["schemas"]["CodeEditorUpdateFrame"] | components["schemas"]["ControlTakenFrame"] | components["schemas"]["ProblemAssignedFrame"] | components["schemas"]["CompilerSelectedFrame"] | components["schemas"]["TrainingFinishedTrainingFrame"] | components["schemas"]["SubmissionVerdictPendingFrame"] | components["schemas"]["SubmissionVerdictRetrievedTrainingFrame"] | components["schemas"]["ProblemStatusUpdatedFrame"] | components["schemas"]["ProblemCommentReceivedFrame"] | components["schemas"]["ProblemCommentUpdatedFrame"] | components["schemas"]["ProblemCommentDeletedFrame"])[];
            next: number | null;
        };
        /**
         * ExtensionBody
         * @description More time for one participant: to send in, to write reviews, or both. The reason is told to them.
         */
        ExtensionBody: {
            submission_until?: string | null;
            code_review_until?: string | null;
            reason: string;
        };
        /**
         * ExtensionGranted
         * @description Until `submission_until` the recipient may send in; until `code_review_until` reviews shut nothing to them.
         */
        ExtensionGranted: {
            assignment_id: number;
            track_id: number;
            submission_until: string | null;
            code_review_until: string | null;
            reason: string;
        };
        /**
         * ExtensionGrantedNotification
         * @description A notification of the type EXTENSION_GRANTED, which is that of the frame that was sent live.
         */
        ExtensionGrantedNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "EXTENSION_GRANTED";
            payload: components["schemas"]["ExtensionGranted"];
            read: boolean;
            author_name: string | null;
        };
        /**
         * ExtensionView
         * @description More time for one participant, and who gave it when.
         */
        ExtensionView: {
            submission_until: string | null;
            code_review_until: string | null;
            reason: string;
            assignment_id: number;
            user_id: number;
            username: string | null;
            granted_by: number;
            /** Format: date-time */
            granted_at: string;
        };
        /** ExtensionsView */
        ExtensionsView: {
            next: string | null;
            items: components["schemas"]["ExtensionView"][];
        };
        /** FaultView */
        FaultView: {
            file: string;
            reason: string;
        };
        /** FileBody */
        FileBody: {
            upload_id: number;
        };
        /**
         * FileUpload
         * @description Upload the file, then PUT `upload_id` to the path of its name.
         */
        FileUpload: {
            upload_id: number;
            max_bytes: number;
            upload: components["schemas"]["UploadView"];
        };
        /**
         * FileView
         * @description A file of a problem's statements. A statement calls it by its `name`; `path` is where everybody finds it.
         */
        FileView: {
            name: string;
            /** @enum {string} */
            content_type: "application/pdf" | "image/gif" | "image/jpeg" | "image/png" | "image/svg+xml" | "image/webp";
            size: number;
            path: string;
        };
        /**
         * FilesView
         * @description All files of a problem, by name.
         */
        FilesView: {
            items: components["schemas"]["FileView"][];
        };
        /**
         * Form
         * @enum {string}
         */
        Form: "markdown" | "tex" | "html";
        /**
         * GraderOfGroups
         * @description What the results of tests and groups make together, as packages of before 2023 say it.
         */
        GraderOfGroups: {
            /** @description What later ones call it */
            name: string;
            /** @description Groups, whose tests it gets, and graders before it */
            of: (string | number)[];
            /** @description That of the worst failure, of the first, or accepted whatever has failed. "worst_error" if it is left out */
            verdict?: components["schemas"]["GraderVerdict"];
            /** @description How one score is made of those that it gets. "sum" if it is left out */
            score?: components["schemas"]["GraderScore"];
            /** @description Whether one accepted result is enough. false if it is left out */
            accepts_any?: boolean;
            /** @description Whether nothing counts that comes after the first failure. true if it is left out */
            breaks?: boolean;
            /** @description Whether it is of samples, whose scores do not count. false if it is left out */
            samples?: boolean;
            /** @description Those of the package's own grader, which then grades; left out: the format's default one */
            arguments?: string[];
            /** @description Of the last one: the most points that there are; left out: there is the verdict alone */
            points?: number | "unbounded";
        };
        /**
         * GraderScore
         * @description How a default grader makes one score of several.
         * @enum {string}
         */
        GraderScore: "sum" | "avg" | "min" | "max";
        /**
         * GraderVerdict
         * @description Which verdict a default grader gives: that of the worst failure, of the first, or accepted whatever failed.
         * @enum {string}
         */
        GraderVerdict: "worst_error" | "first_error" | "always_accept";
        /** GrantBody */
        GrantBody: {
            course_id: number;
        };
        /**
         * GroupJobView
         * @description Work on a group: an import invites the pupils of a list into it, an enrollment lets its pupils join something.
         *
         *     `total` is how many pupils there were when it began; `done` how many it has come to. `came` were invited
         *     or joined, `already` attended before, `refused` are the first hundred whom the target did not take. An import that
         *     could not end is `undone`: the accounts that it made are deleted, unless their owners have used them.
         */
        GroupJobView: {
            id: number;
            work: components["schemas"]["Work"];
            state: components["schemas"]["JobState"];
            group_id: number;
            target_kind: ("course" | "track" | "contest" | "group") | null;
            target_id: number | null;
            total: number;
            done: number;
            came: number;
            already: number;
            refused: components["schemas"]["NotTakenView"][];
            /** Format: date-time */
            created_at: string;
            created_by: number;
        };
        /** GroupJobsList */
        GroupJobsList: {
            next: string | null;
            items: components["schemas"]["GroupJobView"][];
        };
        /**
         * GroupOfGroups
         * @description What groups are worth together.
         */
        GroupOfGroups: {
            /** @description What later ones call it */
            name: string;
            /**
             * @description How the points of what it is of make its own
             * @enum {string}
             */
            rule: "sum" | "min" | "max" | "avg";
            /** @description Names of groups, and of groups of groups before it */
            of: (string | number)[];
        };
        /** Health */
        Health: {
            /**
             * @description "ok" if it is left out
             * @constant
             */
            status: "ok";
            stage: string;
            version: string;
        };
        /**
         * HistoryAction
         * @description What somebody did, in Auth Service's words.
         * @enum {string}
         */
        HistoryAction: "login" | "logout";
        /**
         * HistoryAnswer
         * @description The history, the latest first. `next_cursor` is None on the last page.
         */
        HistoryAnswer: {
            /**
             * @description true if it is left out
             * @constant
             */
            success: true;
            /** @description Always null */
            error: string | null;
            result: components["schemas"]["LoginEventView"][];
            next_cursor: string | null;
        };
        /**
         * ImportState
         * @description `judging` from when the problem has its new tests; it is `done` once the jury's programs have their verdicts.
         * @enum {string}
         */
        ImportState: "waiting_for_upload" | "importing" | "judging" | "failed" | "done";
        /**
         * ImportView
         * @description `failed`: nothing was changed, for these faults. `done`: the tests are in, and the jury's programs were judged.
         *
         *     `warnings` name what was left out, `faults` of a package that is done the promises that were not met.
         */
        ImportView: {
            import_id: number;
            problem_id: number;
            state: components["schemas"]["ImportState"];
            tests_version: number;
            faults: components["schemas"]["FaultView"][];
            warnings: components["schemas"]["FaultView"][];
            jury: components["schemas"]["JuryView"][];
        };
        /**
         * In
         * @description The parts of a request.
         * @enum {string}
         */
        In: "body" | "query" | "path" | "header";
        /** Invitation */
        Invitation: {
            /** Format: email */
            email: string;
            name?: string | null;
            secondname?: string | null;
            patronymic?: string | null;
        };
        /**
         * InvitationBody
         * @description An invitation holds for 30 days, and for any number of users, if it does not say otherwise.
         */
        InvitationBody: {
            /** @enum {string} */
            kind: "course" | "track" | "contest" | "group";
            /** @description Of a class, its number */
            id: number;
            expires_at?: string | null;
            uses?: number | null;
        };
        /**
         * InvitationView
         * @description An invitation. `path` is its page in the web client. `uses` is how many may use it, null for any number; `used`
         *     how many have.
         */
        InvitationView: {
            /** @enum {string} */
            kind: "course" | "track" | "contest" | "group";
            id: number;
            title: string;
            code: string;
            path: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: date-time */
            created_at: string;
            created_by: number;
            uses: number | null;
            used: number;
        };
        /** InvitationsList */
        InvitationsList: {
            next: string | null;
            items: components["schemas"]["InvitationView"][];
        };
        /** InviteView */
        InviteView: {
            code: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** InvitesView */
        InvitesView: {
            invites: components["schemas"]["InviteView"][];
        };
        /**
         * JobState
         * @enum {string}
         */
        JobState: "running" | "undoing" | "done" | "undone";
        /** JoinBody */
        JoinBody: {
            code: string;
        };
        /**
         * JoinedView
         * @description What was joined; `new` is false for who attended it before.
         */
        JoinedView: {
            /** @enum {string} */
            kind: "course" | "track" | "contest" | "group";
            id: number;
            title: string;
            new: boolean;
        };
        /**
         * JudgingView
         * @description A verdict that a later one has replaced. `number` counts a submission's judgings from 1.
         */
        JudgingView: {
            number: number;
            verdict: string;
            code: components["schemas"]["Verdict"];
            time: number;
            memory: number;
            tests_passed: number;
            tests_total: number;
            points: number;
            max_points: number;
            task_points: number | null;
            task_max_points: number | null;
            tests_version: number;
            judged_at: string | null;
        };
        /** JudgingsView */
        JudgingsView: {
            judgings: components["schemas"]["JudgingView"][];
        };
        /**
         * JuryOrigin
         * @description A program of the jury, which came with a package of tests.
         */
        JuryOrigin: {
            problem_id: number;
            import_id: number;
        };
        /**
         * JuryView
         * @description A program of the jury: what its package promises, and what it got.
         */
        JuryView: {
            file: string;
            submission_id: number;
            promised: components["schemas"]["Verdict"][];
            verdict: components["schemas"]["Verdict"];
            is_met: boolean;
        };
        /**
         * KindChange
         * @description Which channels bring notifications of a kind; one that is left out stays as it is.
         */
        KindChange: {
            /** @enum {string} */
            type: "NOTIFICATION" | "ENROLLED" | "TASK_EXTENSION_GRANTED" | "TRACK_STARTED" | "TRACK_NOT_STARTED" | "ASSIGNMENT_OPENED" | "REVIEW_STARTED" | "DEADLINE_SOON" | "DEADLINE_MOVED" | "STAGE_CLOSED" | "STAGE_REOPENED" | "EXTENSION_GRANTED";
            live?: boolean;
            inbox?: boolean;
            mail?: boolean;
        };
        /**
         * KindView
         * @description Which channels bring notifications of a kind, which is the type of their frame.
         */
        KindView: {
            /** @enum {string} */
            type: "NOTIFICATION" | "ENROLLED" | "TASK_EXTENSION_GRANTED" | "TRACK_STARTED" | "TRACK_NOT_STARTED" | "ASSIGNMENT_OPENED" | "REVIEW_STARTED" | "DEADLINE_SOON" | "DEADLINE_MOVED" | "STAGE_CLOSED" | "STAGE_REOPENED" | "EXTENSION_GRANTED";
            live: boolean;
            inbox: boolean;
            mail: boolean;
        };
        /** KnownAddressAnswer */
        KnownAddressAnswer: {
            /**
             * @description true if it is left out
             * @constant
             */
            success: true;
            /** @description Always null */
            error: string | null;
            data: components["schemas"]["KnownAddressView"];
            result: components["schemas"]["KnownAddressView"];
        };
        /**
         * KnownAddressView
         * @description What anybody may know of Auth Service's user: what its client needs to go on.
         */
        KnownAddressView: {
            id: number;
            email: string;
            verified_mail: boolean;
        };
        /**
         * LanguageView
         * @description `version` is what the toolchain says of itself; null when it is not available.
         */
        LanguageView: {
            id: string;
            name: string;
            version: string | null;
            available: boolean;
        };
        /** LanguagesView */
        LanguagesView: {
            languages: components["schemas"]["LanguageView"][];
        };
        /**
         * LatePolicyBody
         * @description What late work costs: `percent_per_day` for each day begun, or `steps`; from the end of the grace on.
         *
         *     Work is taken for `accepted_hours` after it was due, and for the grace at least.
         */
        LatePolicyBody: {
            /** @description 0 if it is left out */
            grace_minutes?: number;
            /** @description 0 if it is left out */
            percent_per_day?: number;
            steps?: components["schemas"]["LateStepBody"][];
            accepted_hours?: number | null;
        };
        /**
         * LatePolicyView
         * @description `percent_per_day` is taken away for each day begun; with `steps` the last that was passed counts.
         */
        LatePolicyView: {
            grace_minutes: number;
            percent_per_day: number;
            steps: components["schemas"]["LateStepView"][];
            accepted_hours: number | null;
        };
        /** LateStepBody */
        LateStepBody: {
            after_hours: number;
            percent: number;
        };
        /** LateStepView */
        LateStepView: {
            after_hours: number;
            percent: number;
        };
        /**
         * LessonChange
         * @description `text` is Markdown, as statements are. `requires` is what opens the lesson, beside its time.
         */
        LessonChange: {
            published?: boolean;
            opens_at?: string | null;
            closes_at?: string | null;
            due_at?: string | null;
            name?: string;
            description?: string;
            text?: string;
            requires?: components["schemas"]["RequirementBody"][];
            order?: number | null;
        };
        /**
         * LessonPage
         * @description A lesson by itself, with its `text` (Markdown): empty for one that says nothing, or is not open.
         */
        LessonPage: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            description: string;
            is_published: boolean;
            state: components["schemas"]["Availability"];
            requires: components["schemas"]["RequirementView"][];
            task: components["schemas"]["TaskInfo"][];
            tasks: components["schemas"]["TaskInfo"][];
            links: components["schemas"]["LinkView"][];
            text: string;
        };
        /**
         * LessonView
         * @description `task` is the name of the tasks in PyTry's README, `tasks` in its code.
         *
         *     The times are what holds for the lesson in its course. Before it opens, pupils see none of what is in it; only who
         *     teaches sees one that is not published. One whose `state` is `locked` opens with what it `requires`.
         */
        LessonView: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            description: string;
            is_published: boolean;
            state: components["schemas"]["Availability"];
            requires: components["schemas"]["RequirementView"][];
            task: components["schemas"]["TaskInfo"][];
            tasks: components["schemas"]["TaskInfo"][];
            links: components["schemas"]["LinkView"][];
        };
        /**
         * LimitsBody
         * @description What a language may use instead of the problem's own limits.
         */
        LimitsBody: {
            time_limit?: number | null;
            memory_limit?: number | null;
        };
        /** LimitsView */
        LimitsView: {
            time_limit: number | null;
            memory_limit: number | null;
        };
        /** LinkChange */
        LinkChange: {
            title?: string;
            /** @description http or https */
            link?: string;
        };
        /** LinkView */
        LinkView: {
            id: number;
            title: string;
            link: string;
        };
        /**
         * ListFaultView
         * @description What is wrong in a line; `column` is null when it is the line as a whole.
         */
        ListFaultView: {
            line: number;
            column: string | null;
            code: string;
            message: string;
        };
        /**
         * LoginEventView
         * @description Auth Service's line of the history.
         */
        LoginEventView: {
            device_type: components["schemas"]["DeviceType"];
            action_type: components["schemas"]["HistoryAction"];
            /** Format: date-time */
            login_dt: string;
            source_ip: string | null;
            user_agent: string | null;
        };
        /**
         * LoginView
         * @description Virtual School's login_response; the refresh token is in the cookie.
         */
        LoginView: {
            role: components["schemas"]["Role"];
            token: components["schemas"]["TokenView"];
            user_info: components["schemas"]["AccountView"];
        };
        /**
         * MailConfirmationAnswer
         * @description Auth Service's answer to a code. A wrong one is no error there: `success` is false.
         */
        MailConfirmationAnswer: {
            success: boolean;
            /** @description Always null */
            error: string | null;
            result: "Ok" | null;
            data: components["schemas"]["SignUpTokenView"] | null;
        };
        /**
         * MailCredentials
         * @description The sign-in of Virtual School and Auth Service.
         */
        MailCredentials: {
            /** @description Longer ones name nobody, and do not fit into a key */
            email: string;
            password: string;
            /** @description A one-time password of six digits, or a recovery code: for accounts with a second factor */
            otp?: number | string | null;
        };
        /** MainBody */
        MainBody: {
            description: string;
            image?: string | null;
        };
        /** MainView */
        MainView: {
            description: string;
            image: string | null;
        };
        /**
         * MemberProgress
         * @description A row of the table: of the tasks those that were tried.
         */
        MemberProgress: {
            user_id: number;
            login: string | null;
            name: string | null;
            secondname: string | null;
            since: string | null;
            solved: number;
            total: number;
            points: number;
            max_points: number;
            tasks: components["schemas"]["TaskCell"][];
        };
        /**
         * MemberView
         * @description One who attends a course. Without names: the account was deleted.
         */
        MemberView: {
            user_id: number;
            login: string | null;
            name: string | null;
            secondname: string | null;
            since: string | null;
            solved: number;
            total: number;
            points: number;
            max_points: number;
        };
        /** MembersView */
        MembersView: {
            members: components["schemas"]["MemberView"][];
        };
        /**
         * NamesView
         * @description The data of a teacher that everybody may see.
         */
        NamesView: {
            id: number;
            login_id: number;
            name: string | null;
            secondname: string | null;
            patronymic: string | null;
            role: components["schemas"]["Role"];
        };
        /**
         * NeighborView
         * @description The task before or after another in their course, maybe in another lesson.
         */
        NeighborView: {
            lesson_id: number;
            task_id: number;
            name: string;
        };
        /**
         * NewCourse
         * @description A course. Programs are in `language` unless they name another; without `languages` in any.
         */
        NewCourse: {
            /** @description true if it is left out */
            published?: boolean;
            opens_at?: string | null;
            closes_at?: string | null;
            due_at?: string | null;
            late_policy?: components["schemas"]["LatePolicyBody"] | null;
            name: string;
            /** @description "" if it is left out */
            description?: string;
            /** @description Words by which it is found, beside its name */
            tags?: string[];
            /** @description "python3" if it is left out */
            language?: string;
            languages?: string[] | null;
            /** @description true if it is left out */
            is_public?: boolean;
            /** @description 0 if it is left out */
            late_days?: number;
        };
        /** NewLesson */
        NewLesson: {
            /** @description true if it is left out */
            published?: boolean;
            opens_at?: string | null;
            closes_at?: string | null;
            due_at?: string | null;
            name: string;
            /** @description "" if it is left out */
            description?: string;
            /** @description "" if it is left out */
            text?: string;
            requires?: components["schemas"]["RequirementBody"][];
            order?: number | null;
        };
        /** NewLink */
        NewLink: {
            title: string;
            /** @description http or https */
            link: string;
        };
        /**
         * NewProblem
         * @description A problem. Publishing it comes later: it has no tests yet.
         */
        NewProblem: {
            title: string;
            /** @description Words by which it is found, beside its name */
            tags?: string[];
            /** @description "" if it is left out */
            statement?: string;
            /** @description The language of the main statement, which is shown to those for whom there is no other. "" if it is left out */
            statement_language?: string;
            /** @description Seconds of CPU time for each test. 1.0 if it is left out */
            time_limit?: number;
            /** @description MiB. 256 if it is left out */
            memory_limit?: number;
            /** @description MiB that a program may print at most; null: as much as for all problems */
            output_limit?: number | null;
            limits?: {
                [key: string]: components["schemas"]["LimitsBody"];
            };
            /** @description A file that has the input, besides stdin; empty: none. "" if it is left out */
            input_file?: string;
            /** @description A file that may have the output in place of stdout; empty: none. "" if it is left out */
            output_file?: string;
            /** @description "tokens" if it is left out */
            checker?: components["schemas"]["CheckerName"];
            checker_options?: components["schemas"]["CheckerOptions"];
            scoring?: components["schemas"]["PointsByTest"] | components["schemas"]["PointsByGroup"] | null;
            /** @description true if it is left out */
            stop_at_first_failure?: boolean;
            /** @description Whether hidden tests tell little: time and memory are quarters of the limits. false if it is left out */
            coarse_results?: boolean;
            languages?: string[] | null;
            /**
             * @description false if it is left out
             * @constant
             */
            published?: false;
        };
        /** NewsBody */
        NewsBody: {
            title: string;
            description: string;
            /** @description "" if it is left out */
            body?: string;
            image?: string | null;
        };
        /** NewsChanges */
        NewsChanges: {
            title?: string;
            description?: string;
            body?: string;
            image?: string | null;
        };
        /**
         * NewsList
         * @description A bare array.
         */
        NewsList: components["schemas"]["NewsView"][];
        /** NewsView */
        NewsView: {
            id: number;
            title: string;
            description: string;
            body: string;
            date: string;
            /** Format: date-time */
            created_at: string;
            image: string | null;
            author_id: number;
        };
        /**
         * NotTakenView
         * @description A pupil whom the target did not take, with the code of its refusal.
         */
        NotTakenView: {
            user_id: number;
            reason: string;
        };
        /**
         * NotificationBody
         * @description A notification to exactly one of `user_id`, `class`, `group_id` (a named group) and `all`.
         */
        NotificationBody: {
            title: string;
            description: string;
            /** @description "" if it is left out */
            body?: string;
            /**
             * @description "medium" if it is left out
             * @enum {string}
             */
            tag?: "low" | "medium" | "high";
            user_id?: number | null;
            class?: number | null;
            group_id?: number | null;
            all?: true | null;
        };
        /** NotificationChanges */
        NotificationChanges: {
            title?: string;
            description?: string;
            body?: string;
            /** @enum {string} */
            tag?: "low" | "medium" | "high";
        };
        /**
         * NotificationsList
         * @description A bare array.
         */
        NotificationsList: components["schemas"]["AnyNotification"][];
        /**
         * OAuthTokenView
         * @description RFC 6749, 5.1. `expires_in` is in seconds.
         */
        OAuthTokenView: {
            access_token: string;
            /**
             * @description "bearer" if it is left out
             * @constant
             */
            token_type: "bearer";
            refresh_token: string;
            expires_in: number;
        };
        /** OkAnswer */
        OkAnswer: {
            /**
             * @description true if it is left out
             * @constant
             */
            success: true;
            /** @description Always null */
            error: string | null;
            /**
             * @description "Ok" if it is left out
             * @constant
             */
            result: "Ok";
            /** @description Always null */
            data: string | null;
        };
        /**
         * OnlineView
         * @description Those who are in a room.
         */
        OnlineView: {
            users: components["schemas"]["UserObject"][];
        };
        /**
         * OpenPlaceView
         * @description The same with the tasks before and after it, of those that the reader sees; null at either end.
         */
        OpenPlaceView: {
            course_id: number;
            course_name: string;
            lesson_id: number;
            lesson_name: string;
            task_id: number;
            task_name: string;
            previous: components["schemas"]["NeighborView"] | null;
            next: components["schemas"]["NeighborView"] | null;
        };
        /**
         * OpenedCalendarView
         * @description `path` is the calendar's, below the address of the API. It is shown this once.
         */
        OpenedCalendarView: {
            path: string;
        };
        /**
         * OrderBody
         * @description Everything that is there, each once, in the order that is wanted.
         */
        OrderBody: {
            ids: number[];
        };
        /** OtpBody */
        OtpBody: {
            /**
             * @description A one-time password of six digits, or a recovery code
             * @example 123456
             */
            otp: number | string;
        };
        /**
         * Outcome
         * @description What happened to a process. What it means is the trusted side's business: see `verdict.py`.
         * @enum {string}
         */
        Outcome: "ok" | "compile_error" | "runtime_error" | "time_limit" | "wall_time_limit" | "memory_limit" | "output_limit" | "system_error";
        /**
         * OutlineView
         * @description A course as its authors write it: each thing with its own times, whatever holds for it.
         */
        OutlineView: {
            course: components["schemas"]["AuthoredCourse"];
            lessons: components["schemas"]["OutlinedLesson"][];
        };
        /**
         * OutlinedLesson
         * @description A lesson with what is in it.
         */
        OutlinedLesson: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            description: string;
            published: boolean;
            requires: components["schemas"]["RequirementView"][];
            tasks: components["schemas"]["AuthoredTask"][];
            links: components["schemas"]["LinkView"][];
        };
        /** OwedReviewsView */
        OwedReviewsView: {
            user_id: number;
            username: string | null;
            submission_ids: number[];
        };
        /** OwedView */
        OwedView: {
            assignment_id: number;
            owed: components["schemas"]["OwedReviewsView"][];
            waiting: components["schemas"]["WaitingView"][];
        };
        /**
         * OwnAccountView
         * @description One's own account. `can` is what one may do now, so that no client needs a table of roles.
         *
         *     `language` is what one is written to in, `time_zone` the one that one lives by, at IANA. Both come from the first
         *     request that says them, in `Accept-Language` and as `Prefer: timezone=Europe/Moscow`, and are null before.
         */
        OwnAccountView: {
            id: number;
            login_id: number;
            login: string | null;
            username: string | null;
            email: string;
            name: string | null;
            secondname: string | null;
            patronymic: string | null;
            birthdate: string | null;
            phone: string | null;
            class: number | null;
            role: components["schemas"]["Role"];
            roles: components["schemas"]["PortalRole"][];
            is_admin: boolean;
            state: components["schemas"]["AccountState"];
            verified_mail: boolean;
            /** Format: date-time */
            created_at: string;
            can: components["schemas"]["Permission"][];
            language: string | null;
            time_zone: string | null;
        };
        /**
         * OwnExtension
         * @description More time that the caller was given. Until `code_review_until` reviews that they owe shut no later assignment.
         */
        OwnExtension: {
            submission_until: string | null;
            code_review_until: string | null;
            reason: string;
        };
        /**
         * OwnProfile
         * @description The data that users may change of themselves: `language` is what they are written to in, and `time_zone` the one
         *     that they live by, by its name at IANA.
         */
        OwnProfile: {
            name?: string | null;
            secondname?: string | null;
            patronymic?: string | null;
            birthdate?: string | null;
            phone?: string | null;
            language?: string | null;
            time_zone?: string | null;
        };
        /**
         * OwnTaskExtension
         * @description More time that the reader was given.
         */
        OwnTaskExtension: {
            /** Format: date-time */
            until: string;
            reason: string;
        };
        /**
         * PackageBody
         * @description The package that is going to be sent: its exact size in bytes, and its SHA-256 in hex for good measure.
         */
        PackageBody: {
            size: number;
            sha256?: string | null;
        };
        /** PackageView */
        PackageView: {
            import_id: number;
            upload: components["schemas"]["UploadView"];
        };
        /** PasswordChange */
        PasswordChange: {
            old_password: string;
            /** @description 8 to 64 characters; neither one of the 10 000 most common passwords nor made of the school's name */
            new_password: string;
        };
        /**
         * PasswordReset
         * @description `code` is the one from the mail: eight letters and digits, or an invitation's. Case and hyphens do not count.
         */
        PasswordReset: {
            /** Format: email */
            email: string;
            code: string;
            /** @description 8 to 64 characters; neither one of the 10 000 most common passwords nor made of the school's name */
            password: string;
        };
        /**
         * PendingServerPayload
         * @description `code` is the verdict for programs, `verdict` the one for people; PENDING while there is none.
         */
        PendingServerPayload: {
            user_id: number;
            id: number;
            problemAlias: string;
            verdict: string;
            code: components["schemas"]["Verdict"];
            /** @description The same as a text. */
            readonly userId: string;
        };
        /**
         * Permission
         * @enum {string}
         */
        Permission: "learn" | "teach" | "administer";
        /** PersonView */
        PersonView: {
            user_id: number;
            username: string | null;
        };
        /** PictureBody */
        PictureBody: {
            /** @enum {string} */
            content_type: "image/png" | "image/jpeg" | "image/webp";
        };
        /**
         * PictureUpload
         * @description Upload the picture, then PUT its id to the same path.
         */
        PictureUpload: {
            picture_id: number;
            max_bytes: number;
            upload: components["schemas"]["UploadView"];
        };
        /** Ping */
        Ping: {
            message: string;
        };
        /**
         * PlaceView
         * @description A task in its lesson and course, by ids and names.
         */
        PlaceView: {
            course_id: number;
            course_name: string;
            lesson_id: number;
            lesson_name: string;
            task_id: number;
            task_name: string;
        };
        /**
         * PlacedBody
         * @description Without an alias: the letter of its place.
         */
        PlacedBody: {
            problem_id: number;
            alias?: string | null;
        };
        /**
         * PlacedTask
         * @description A problem of the library by `problem_id`; or one that is written here, with `name` and `task_condition`.
         */
        PlacedTask: {
            /** @description true if it is left out */
            published?: boolean;
            opens_at?: string | null;
            closes_at?: string | null;
            due_at?: string | null;
            late_policy?: components["schemas"]["LatePolicyBody"] | null;
            name?: string;
            /** @description 1 if it is left out */
            points?: number;
            order?: number | null;
            languages?: string[] | null;
            /** @description "" if it is left out */
            task_condition?: string;
            /** @description Seconds of CPU time for each test. 1.0 if it is left out */
            time_limit?: number;
            /** @description MiB. 256 if it is left out */
            memory_limit?: number;
            problem_id?: number | null;
            tests?: components["schemas"]["TestBody"][];
        };
        /**
         * PointsByGroup
         * @description Groups of tests, in order. `total` says whether the sum of their points counts, or the least of those above 0; in
         *     place of it `totals` may make groups of groups.
         */
        PointsByGroup: {
            /** @description They have all tests, in order */
            groups: components["schemas"]["PointsOfGroup"][];
            /**
             * @description What the groups are worth together. "sum" if it is left out
             * @enum {string}
             */
            total?: "sum" | "min";
            /** @description Groups of groups, each after what it is of; the last is the whole */
            totals?: components["schemas"]["GroupOfGroups"][];
            /** @description In place of totals: what is accepted, and the points; the last is the whole */
            graders?: components["schemas"]["GraderOfGroups"][];
            /**
             * @description `min`: of programs that pass the one with fewer points is better; `max_points` is 0. "max" if it is left out
             * @enum {string}
             */
            objective?: "max" | "min";
        };
        /**
         * PointsByTest
         * @description Each test's points, in order.
         */
        PointsByTest: {
            /** @description As many as there are tests */
            points: number[];
        };
        /**
         * PointsOfGroup
         * @description So many consecutive tests, and what they are worth together.
         */
        PointsOfGroup: {
            /** @description How many tests it has; it begins where the one before it ends */
            tests: number;
            /** @description What all of its tests are worth together; unless they are all or nothing they may be unbounded: then `max_points` of submissions is 0 */
            points: number | "unbounded";
            /** @description What `depends_on` calls it; its number, from 1, if it is left out */
            name?: string | number;
            /** @description `sum`: each test earns its part; `min`, `max`: all as much as the worst or the best; `avg`: as they do on the average; `all`: everything or nothing. "sum" if it is left out */
            rule?: components["schemas"]["Rule"];
            /** @description Earlier groups by their names; it is not run unless all of them passed */
            depends_on?: (string | number)[];
            /** @description Whether none of it is run after its first failure; left out: with `min` and `all` alone */
            short_circuit?: boolean;
            /** @description With `sum`: what one test may earn of the points; its part of them if it is left out */
            test_points?: number;
            /** @description What a test earns that was run and failed; left out: nothing, or what a checker gave it */
            failed_points?: number;
            /** @description What a right test earns of which an ICPC validator of one's own names no points; left out: all that it may earn */
            passed_points?: number;
        };
        /**
         * PortalRole
         * @description A role by Auth Service's name; temporary until the mail is verified.
         * @enum {string}
         */
        PortalRole: "ROLE_TEMPORARY_USER" | "ROLE_PORTAL_USER" | "ROLE_TEACHER" | "ROLE_ADMIN";
        /** PortalSessionAnswer */
        PortalSessionAnswer: {
            /**
             * @description true if it is left out
             * @constant
             */
            success: true;
            /** @description Always null */
            error: string | null;
            data: components["schemas"]["PortalSessionView"];
            result: components["schemas"]["PortalSessionView"];
        };
        /** PortalSessionView */
        PortalSessionView: {
            id: number;
            email: string;
            verified_mail: boolean;
            roles: components["schemas"]["PortalRole"][];
            /** Format: date-time */
            registered_on: string;
            jwt_access: string;
            jwt_refresh: string;
        };
        /** PortalUserAnswer */
        PortalUserAnswer: {
            /**
             * @description true if it is left out
             * @constant
             */
            success: true;
            /** @description Always null */
            error: string | null;
            data: components["schemas"]["PortalUserView"];
            result: components["schemas"]["PortalUserView"];
        };
        /**
         * PortalUserView
         * @description Auth Service's user, for whoever signs up.
         */
        PortalUserView: {
            id: number;
            email: string;
            verified_mail: boolean;
            roles: components["schemas"]["PortalRole"][];
        };
        /**
         * PreferenceChanges
         * @description What is left out stays; null takes quiet hours away.
         */
        PreferenceChanges: {
            kinds?: components["schemas"]["KindChange"][];
            digest?: components["schemas"]["DigestChange"];
            quiet_hours?: components["schemas"]["QuietHoursBody"] | null;
        };
        /**
         * PreferencesView
         * @description What somebody wants to be told, and how: every kind of notification is listed.
         */
        PreferencesView: {
            kinds: components["schemas"]["KindView"][];
            digest: components["schemas"]["DigestView"];
            quiet_hours: components["schemas"]["QuietHoursView"] | null;
        };
        /**
         * ProblemAssignedFrame
         * @description Who has a problem.
         */
        ProblemAssignedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "PROBLEM_ASSIGNED";
            payload: components["schemas"]["AssignmentServerPayload"];
        };
        /**
         * ProblemChange
         * @description A member that is left out stays. `languages` null allows all, `scoring` null is all or nothing.
         */
        ProblemChange: {
            title?: string;
            /** @description Words by which it is found, beside its name */
            tags?: string[];
            statement?: string;
            /** @description The language of the main statement, which is shown to those for whom there is no other */
            statement_language?: string;
            /** @description Seconds of CPU time for each test */
            time_limit?: number;
            /** @description MiB */
            memory_limit?: number;
            /** @description MiB that a program may print at most; null: as much as for all problems */
            output_limit?: number | null;
            limits?: {
                [key: string]: components["schemas"]["LimitsBody"];
            };
            /** @description A file that has the input, besides stdin; empty: none */
            input_file?: string;
            /** @description A file that may have the output in place of stdout; empty: none */
            output_file?: string;
            checker?: components["schemas"]["CheckerName"];
            checker_options?: components["schemas"]["CheckerOptions"];
            scoring?: components["schemas"]["PointsByTest"] | components["schemas"]["PointsByGroup"] | null;
            stop_at_first_failure?: boolean;
            /** @description Whether hidden tests tell little: time and memory are quarters of the limits */
            coarse_results?: boolean;
            languages?: string[] | null;
            published?: boolean;
        };
        /**
         * ProblemCommentDeletedFrame
         * @description A comment is gone.
         */
        ProblemCommentDeletedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "PROBLEM_COMMENT_DELETED";
            payload: components["schemas"]["CommentDeletedPayload"];
        };
        /**
         * ProblemCommentReceivedFrame
         * @description A new comment.
         */
        ProblemCommentReceivedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "PROBLEM_COMMENT_RECEIVED";
            payload: components["schemas"]["CommentServerPayload"];
        };
        /**
         * ProblemCommentUpdatedFrame
         * @description A comment says something else.
         */
        ProblemCommentUpdatedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "PROBLEM_COMMENT_UPDATED";
            payload: components["schemas"]["CommentServerPayload"];
        };
        /**
         * ProblemInfo
         * @description A problem in a list.
         */
        ProblemInfo: {
            id: number;
            title: string;
            tags: string[];
            author_id: number;
            author_name: string | null;
            published: boolean;
            version: number;
            tests_version: number;
            tests_count: number;
            time_limit: number;
            memory_limit: number;
            checker: components["schemas"]["CheckerName"];
        };
        /** ProblemSampleView */
        ProblemSampleView: {
            input: string;
            output: string;
        };
        /**
         * ProblemStatus
         * @enum {string}
         */
        ProblemStatus: "NOT_SUBMITTED" | "FAILED" | "PASSED";
        /** ProblemStatusServerPayload */
        ProblemStatusServerPayload: {
            problemAlias: string;
            status: components["schemas"]["ProblemStatus"];
            attempts: number;
        };
        /**
         * ProblemStatusUpdatedFrame
         * @description What the verdict means to the problem.
         */
        ProblemStatusUpdatedFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "PROBLEM_STATUS_UPDATED";
            payload: components["schemas"]["ProblemStatusServerPayload"];
        };
        /**
         * ProblemView
         * @description A problem as its author sees it. Tests are never shown, but for the samples.
         *
         *     `title` and `statement` are in the language that the request asks for, if there is a statement in it; else the main
         *     ones. `statement_language` says in which; null: nobody has said.
         */
        ProblemView: {
            id: number;
            title: string;
            tags: string[];
            author_id: number;
            author_name: string | null;
            published: boolean;
            version: number;
            tests_version: number;
            tests_count: number;
            time_limit: number;
            memory_limit: number;
            checker: components["schemas"]["CheckerName"];
            statement: string;
            statement_language: string | null;
            statements: components["schemas"]["StatementInfo"][];
            output_limit: number | null;
            limits: {
                [key: string]: components["schemas"]["LimitsView"];
            };
            input_file: string;
            output_file: string;
            checker_options: components["schemas"]["CheckerOptions"];
            scoring: components["schemas"]["PointsByTest"] | components["schemas"]["PointsByGroup"] | null;
            stop_at_first_failure: boolean;
            coarse_results: boolean;
            languages: string[] | null;
            samples: components["schemas"]["ProblemSampleView"][];
            /** Format: date-time */
            created_at: string;
        };
        /** ProblemsView */
        ProblemsView: {
            problems: components["schemas"]["ProblemInfo"][];
        };
        /**
         * ProgramBody
         * @description A program. Without a language, that of the course.
         */
        ProgramBody: {
            code: string;
            language?: string | null;
        };
        /**
         * ProgressView
         * @description Who solved what: a page of a course's members by its tasks.
         */
        ProgressView: {
            tasks: components["schemas"]["TaskColumn"][];
            members: components["schemas"]["MemberProgress"][];
        };
        /** PupilGroupBody */
        PupilGroupBody: {
            title: string;
        };
        /**
         * PupilGroupInfo
         * @description The same with the number of its pupils, which may be some moments old.
         */
        PupilGroupInfo: {
            id: number;
            title: string;
            class: number | null;
            owner_id: number | null;
            created_at: string | null;
            pupils: number;
        };
        /**
         * PupilGroupView
         * @description A group of pupils: a class of the school, which has the number `class` and no owner; or a named group.
         */
        PupilGroupView: {
            id: number;
            title: string;
            class: number | null;
            owner_id: number | null;
            created_at: string | null;
        };
        /** PupilGroupsList */
        PupilGroupsList: {
            next: string | null;
            items: components["schemas"]["PupilGroupView"][];
        };
        /**
         * PupilListBody
         * @description A list of pupils as CSV: its first line names the columns name, secondname, email and class; at most 1,000
         *     pupils follow.
         */
        PupilListBody: {
            csv: string;
        };
        /** PupilView */
        PupilView: {
            user_id: number;
            login: string | null;
            email: string;
            name: string | null;
            secondname: string | null;
            class: number | null;
        };
        /** PupilsBody */
        PupilsBody: {
            user_ids: number[];
        };
        /** PupilsList */
        PupilsList: {
            next: string | null;
            items: components["schemas"]["PupilView"][];
        };
        /**
         * PutInView
         * @description How many came new.
         */
        PutInView: {
            added: number;
        };
        /**
         * QuietHoursBody
         * @description When neither mails nor live notifications come, in one's own time zone; over midnight if `end` is the earlier.
         */
        QuietHoursBody: {
            begin: string;
            end: string;
        };
        /**
         * QuietHoursView
         * @description In one's own time zone; over midnight if `end` is the earlier.
         */
        QuietHoursView: {
            begin: string;
            end: string;
        };
        /**
         * RecoveryCodesView
         * @description Ten codes, each of which works once in place of a one-time password. They are shown once.
         */
        RecoveryCodesView: {
            recovery_codes: string[];
        };
        /**
         * RefreshedTokenView
         * @description Virtual School's answer to a refresh.
         */
        RefreshedTokenView: {
            /**
             * @description "Bearer" if it is left out
             * @constant
             */
            token_type: "Bearer";
            access_token: string;
            expires_in: number;
            expires: number;
            role: components["schemas"]["Role"];
            login_id: number;
        };
        /**
         * Registration
         * @description PyTry's registration.
         */
        Registration: {
            /** @description Letters of one script, digits, `_`, `.` and `-` */
            login: string;
            /** @description 8 to 64 characters; neither one of the 10 000 most common passwords nor made of the school's name */
            password: string;
            /** @description Neither control, format or separator characters, nor anything like an address */
            name: string;
            /** Format: email */
            email: string;
        };
        /**
         * RejudgingView
         * @description What was sent to the task is judged anew in the background.
         */
        RejudgingView: {
            /**
             * @description "Checking" if it is left out
             * @constant
             */
            status: "Checking";
        };
        /**
         * RequirementBody
         * @description So many points in another lesson of the course; what cannot be earned there is not required.
         */
        RequirementBody: {
            lesson_id: number;
            points: number;
        };
        /**
         * RequirementView
         * @description So many points in another lesson.
         */
        RequirementView: {
            lesson_id: number;
            points: number;
        };
        /**
         * ResultView
         * @description `median` by criterion; `score` is their sum, less `penalty` percent for being late; null without reviews.
         *
         *     `late_days` were taken from the author's budget. `author` is for teachers.
         */
        ResultView: {
            submission: components["schemas"]["SolutionView"];
            author: components["schemas"]["PersonView"] | null;
            median: {
                [key: string]: number;
            } | null;
            score: number | null;
            penalty: number;
            late_days: number;
            reviews: components["schemas"]["ReviewView"][];
        };
        /**
         * ResultsView
         * @description One's own submission; for teachers, all.
         */
        ResultsView: {
            assignment_id: number;
            results: components["schemas"]["ResultView"][];
        };
        /**
         * ReviewBody
         * @description `criteria_scores` names every criterion of the track, and nothing else. `criteria_comments` are for those of
         *     which there is something to say, `comment` is for the whole.
         */
        ReviewBody: {
            criteria_scores: {
                [key: string]: number;
            };
            criteria_comments?: {
                [key: string]: string;
            };
            comment?: string | null;
        };
        /**
         * ReviewStarted
         * @description `reviews_left` are those of this assignment that the recipient is to write.
         */
        ReviewStarted: {
            assignment_id: number;
            track_id: number;
            /** Format: date-time */
            deadline: string;
            reviews_left: number;
        };
        /**
         * ReviewStartedNotification
         * @description A notification of the type REVIEW_STARTED, which is that of the frame that was sent live.
         */
        ReviewStartedNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "REVIEW_STARTED";
            payload: components["schemas"]["ReviewStarted"];
            read: boolean;
            author_name: string | null;
        };
        /**
         * ReviewView
         * @description Reviewers do not learn the author (`reviewee_id` is null), authors neither the reviewer nor `completed_at`.
         *
         *     `criteria_comments` has those criteria of which the reviewer said something.
         */
        ReviewView: {
            id: number;
            submission_id: number;
            reviewer_id: number | null;
            reviewer_name: string | null;
            reviewee_id: number | null;
            criteria_scores: {
                [key: string]: number;
            };
            criteria_comments: {
                [key: string]: string;
            };
            comment: string | null;
            completed_at: string | null;
        };
        /**
         * Role
         * @description The role of an account. Each later one may do more.
         * @enum {string}
         */
        Role: "user" | "teacher" | "admin";
        /**
         * RoleChange
         * @description `role`: user, teacher, admin, or Auth Service's names of them.
         */
        RoleChange: {
            user_id: number;
            /** @enum {string} */
            role: "user" | "teacher" | "admin" | "ROLE_PORTAL_USER" | "ROLE_TEACHER" | "ROLE_ADMIN";
        };
        /** RoleView */
        RoleView: {
            role_id: components["schemas"]["Role"];
            name: components["schemas"]["PortalRole"];
            permissions: components["schemas"]["Permission"][];
        };
        /** RolesAnswer */
        RolesAnswer: {
            /**
             * @description true if it is left out
             * @constant
             */
            success: true;
            /** @description Always null */
            error: string | null;
            result: components["schemas"]["RoleView"][];
        };
        /**
         * RowView
         * @description `penalty` is in minutes. A repetition stands behind the first runs, with its rank among repetitions.
         */
        RowView: {
            rank: number;
            is_repetition: boolean;
            team_id: number;
            team: string;
            training_session_id: string;
            /** Format: date-time */
            dtCreated: string;
            solved: number;
            penalty: number;
            problems: components["schemas"]["CellView"][];
        };
        /**
         * Rule
         * @description How a group's tests make its points: each a part, all as much as the worst or the best or as they do on the
         *     average, or all or nothing.
         * @enum {string}
         */
        Rule: "sum" | "min" | "max" | "avg" | "all";
        /**
         * RunBody
         * @description A program and what it is given to read.
         */
        RunBody: {
            code: string;
            language?: string | null;
            input: string;
        };
        /**
         * RunView
         * @description What a program did. `time` in seconds, `memory` in KiB; `outcome` as the judge names it.
         *
         *     `annotations` are the lines of its source that the compiler or the runtime complained of.
         */
        RunView: {
            outcome: components["schemas"]["Outcome"];
            output: string;
            errors: string;
            truncated: boolean;
            exit_code: number | null;
            time: number;
            memory: number;
            compiler_output: string;
            annotations: components["schemas"]["AnnotationView"][];
        };
        /**
         * SampleRunView
         * @description What a program read on a sample, what it should have written, and what it wrote.
         *
         *     Of the texts that `truncated` names only the beginning is here. `got` is null where the program talked to an
         *     interactor. `annotations` are the lines where the program failed, the innermost first, as far as its runtime says.
         */
        SampleRunView: {
            input: string;
            expected: string;
            got: string | null;
            truncated: ("input" | "expected" | "got")[];
            annotations: components["schemas"]["AnnotationView"][];
        };
        /** SampleView */
        SampleView: {
            input: string;
            output: string;
        };
        /**
         * SchoolNotification
         * @description A notification of the type NOTIFICATION, which is that of the frame that was sent live.
         */
        SchoolNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "NOTIFICATION";
            /** @description Always null */
            payload: string | null;
            read: boolean;
            author_name: string | null;
        };
        /**
         * SchoolRegistration
         * @description Virtual School's registration. Unknown members are ignored, as there.
         */
        SchoolRegistration: {
            /** Format: email */
            email: string;
            /** @description 8 to 64 characters; neither a common password nor made of the school's name. With `LYCEUM_STRICT_PASSWORDS=1` also Latin letters of both cases and a digit, as Virtual School wanted */
            password: string;
            /** @description Cyrillic letters, with single hyphens or blanks between them */
            name: string;
            /** @description Cyrillic letters, with single hyphens or blanks between them */
            secondname: string;
            /** @description Cyrillic letters, with single hyphens or blanks between them */
            patronymic: string;
            /** Format: date */
            birthdate: string;
            phone: string;
            class: number;
        };
        /**
         * SecondFactorSetupView
         * @description What an authenticator app needs, shown once. `uri` is for a QR code, `secret` for typing (base32).
         */
        SecondFactorSetupView: {
            secret: string;
            uri: string;
            /** Format: date-time */
            expires_at: string;
        };
        /**
         * SecondFactorView
         * @description How an account's second factor stands. `required`: an admin's permissions are withheld without one.
         */
        SecondFactorView: {
            enabled: boolean;
            enabled_at: string | null;
            recovery_codes_left: number;
            required: boolean;
        };
        /**
         * SelectedContestView
         * @description Team Training has ids as texts here.
         */
        SelectedContestView: {
            contestId: string | null;
        };
        /**
         * SentNotification
         * @description A notification that was sent. `recipients` is how many it is to reach; `left_out` how many of the class it does
         *     not reach, since they are not the sender's pupils. Both are null when there are more than a thousand.
         */
        SentNotification: {
            id: number;
            recipients: number | null;
            left_out: number | null;
        };
        /**
         * SessionView
         * @description A session, which ends at `expires_at` at the latest. `current` marks the caller's.
         */
        SessionView: {
            id: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            refreshed_at: string;
            /** Format: date-time */
            expires_at: string;
            device_type: components["schemas"]["DeviceType"];
            source_ip: string | null;
            user_agent: string | null;
            current: boolean;
        };
        /** SessionsView */
        SessionsView: {
            sessions: components["schemas"]["SessionView"][];
        };
        /** ShownPicture */
        ShownPicture: {
            picture_id: number;
        };
        /**
         * SignUpCompletion
         * @description The last step of Auth Service's registration: the password, and any personal data.
         */
        SignUpCompletion: {
            /** @description 8 to 64 characters; neither one of the 10 000 most common passwords nor made of the school's name */
            password: string;
            login?: string | null;
            name?: string | null;
            secondname?: string | null;
            patronymic?: string | null;
            birthdate?: string | null;
            phone?: string | null;
            class?: number | null;
        };
        /**
         * SignUpTokenView
         * @description The token is None when there is nothing left to complete: a new address of an old account.
         */
        SignUpTokenView: {
            sign_up_token: string | null;
        };
        /**
         * SignedInView
         * @description PyTry's answer, and Virtual School's login_response.
         */
        SignedInView: {
            /**
             * @description "success" if it is left out
             * @constant
             */
            status: "success";
            jwt_access: string;
            jwt_refresh: string;
            user: components["schemas"]["AccountView"];
            role: components["schemas"]["Role"];
            token: components["schemas"]["TokenView"];
            user_info: components["schemas"]["AccountView"];
        };
        /**
         * SignedUpView
         * @description PyTry's answer.
         */
        SignedUpView: {
            /**
             * @description "success" if it is left out
             * @constant
             */
            status: "success";
            jwt_access: string;
            jwt_refresh: string;
            user: components["schemas"]["AccountView"];
        };
        /** SolutionBody */
        SolutionBody: {
            repository_url: string;
            commit?: string | null;
        };
        /**
         * SolutionToReviewView
         * @description `reserved_until`: nobody else is handed it before; null for what was allotted to the caller.
         */
        SolutionToReviewView: {
            id: number;
            user_id: number | null;
            assignment_id: number;
            repository_url: string;
            commit: string | null;
            submitted_at: string | null;
            reserved_until: string | null;
        };
        /**
         * SolutionView
         * @description `user_id` and `submitted_at` are null for reviewers: the time would tell whose it is.
         */
        SolutionView: {
            id: number;
            user_id: number | null;
            assignment_id: number;
            repository_url: string;
            commit: string | null;
            submitted_at: string | null;
        };
        /**
         * SolvedView
         * @description The answer to a program that was waited for. `code` is PENDING when that was not long enough.
         */
        SolvedView: {
            verdict: string;
            code: components["schemas"]["Verdict"];
            time: number;
            memory: number;
            tests_passed: number;
            tests_total: number;
            points: number;
            max_points: number;
            task_points: number | null;
            task_max_points: number | null;
            compiler_output: string;
            submission_id: number;
        };
        /**
         * Stage
         * @description What a submission without a verdict waits for.
         * @enum {string}
         */
        Stage: "queued" | "compiling" | "testing";
        /**
         * StageBody
         * @description The stage that is meant: what was meant for one is not done to the next.
         */
        StageBody: {
            /** @enum {string} */
            stage: "submission" | "code_review";
        };
        /** StageClosed */
        StageClosed: {
            assignment_id: number;
            track_id: number;
            /** @enum {string} */
            stage: "submission" | "code_review";
        };
        /**
         * StageClosedNotification
         * @description A notification of the type STAGE_CLOSED, which is that of the frame that was sent live.
         */
        StageClosedNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "STAGE_CLOSED";
            payload: components["schemas"]["StageClosed"];
            read: boolean;
            author_name: string | null;
        };
        /** StageReopened */
        StageReopened: {
            assignment_id: number;
            track_id: number;
            /** @enum {string} */
            stage: "submission" | "code_review";
            /** Format: date-time */
            deadline: string;
        };
        /**
         * StageReopenedNotification
         * @description A notification of the type STAGE_REOPENED, which is that of the frame that was sent live.
         */
        StageReopenedNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "STAGE_REOPENED";
            payload: components["schemas"]["StageReopened"];
            read: boolean;
            author_name: string | null;
        };
        /**
         * StandingView
         * @description `score` is the sum of the medians; `assignments` counts those that it comes from.
         */
        StandingView: {
            user_id: number;
            username: string | null;
            place: number;
            score: number;
            assignments: number;
        };
        /**
         * StandingsList
         * @description A bare array, the best first.
         */
        StandingsList: components["schemas"]["StandingView"][];
        /** StandingsView */
        StandingsView: {
            contest_id: number;
            problems: string[];
            rows: components["schemas"]["RowView"][];
        };
        /** StartBody */
        StartBody: {
            team_id: number;
            contest_id: number;
        };
        /**
         * StatementBody
         * @description A statement in one language: its `text`, Markdown unless the format says TeX.
         */
        StatementBody: {
            name: string;
            text: string;
            /** @description "markdown" if it is left out */
            format?: components["schemas"]["Form"];
        };
        /**
         * StatementInfo
         * @description A statement that there is: its language, such as `ru` or `pt-BR`, and what it calls the problem.
         */
        StatementInfo: {
            language: string;
            name: string;
        };
        /**
         * StatementView
         * @description `time_limit` in seconds, `memory_limit` in MiB; `languages` are those that programs may be in.
         *
         *     `title` and `statement` are in the language that the request asks for, if there is a statement in it.
         */
        StatementView: {
            problemAlias: string;
            title: string;
            statement: string;
            statement_language: string | null;
            statements: components["schemas"]["StatementInfo"][];
            time_limit: number;
            memory_limit: number;
            samples: components["schemas"]["SampleView"][];
            languages: string[];
        };
        /**
         * StudyView
         * @description How far the caller is in a course. `next` is the task where they go on: what they sent something to last, unless
         *     it is solved, else the next that is not; null for who does not attend or has solved all.
         */
        StudyView: {
            course_id: number;
            name: string;
            attends: boolean;
            solved: number;
            total: number;
            points: number;
            max_points: number;
            next: components["schemas"]["NeighborView"] | null;
        };
        /**
         * SubmissionInfo
         * @description A submission in a list, as its author may know it. `time` in seconds, `memory` in KiB.
         *
         *     `place` is null for what was sent elsewhere than to a task of a course, and once the task is gone.
         */
        SubmissionInfo: {
            id: number;
            user_id: number;
            user_name: string | null;
            place: components["schemas"]["PlaceView"] | null;
            problem_id: number;
            origin: components["schemas"]["TaskOrigin"] | components["schemas"]["TrainingOrigin"] | components["schemas"]["JuryOrigin"] | null;
            language: string;
            verdict: string;
            code: components["schemas"]["Verdict"];
            time: number;
            memory: number;
            tests_passed: number;
            tests_total: number;
            points: number;
            max_points: number;
            task_points: number | null;
            task_max_points: number | null;
            /** Format: date-time */
            submitted_at: string;
            judged_at: string | null;
        };
        /**
         * SubmissionProgressView
         * @description How far a submission without a verdict is. `before` submissions wait for longer, at most a hundred; only in the
         *     queue. `test` is the last one that was run; where results are coarse, the tests' numbers stay 0.
         */
        SubmissionProgressView: {
            stage: components["schemas"]["Stage"];
            before: number;
            test: number;
            tests_passed: number;
            tests_total: number;
        };
        /**
         * SubmissionVerdictPendingFrame
         * @description A program was sent in.
         */
        SubmissionVerdictPendingFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "SUBMISSION_VERDICT_PENDING";
            payload: components["schemas"]["PendingServerPayload"];
        };
        /**
         * SubmissionVerdictRetrievedTrainingFrame
         * @description Its final verdict, once.
         */
        SubmissionVerdictRetrievedTrainingFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "SUBMISSION_VERDICT_RETRIEVED";
            payload: components["schemas"]["VerdictServerPayload"];
        };
        /**
         * SubmissionView
         * @description A submission as its author sees it. `status` is "Checking" until `is_checked`.
         *
         *     `tests` are the first hundred; `notice` is what the problem's author should know, and teachers alone see it. With
         *     `coarse_results` hidden tests tell little, and `judged_at` is null; those who teach see everything exactly. `place`
         *     is null for what was sent elsewhere than to a task of a course, and once the task is gone. `annotations` are lines
         *     of the source: those of the compiler's errors, else those where the first sample that tells any failed.
         */
        SubmissionView: {
            verdict: string;
            code: components["schemas"]["Verdict"];
            time: number;
            memory: number;
            tests_passed: number;
            tests_total: number;
            points: number;
            max_points: number;
            task_points: number | null;
            task_max_points: number | null;
            compiler_output: string;
            id: number;
            user_id: number;
            user_name: string | null;
            place: components["schemas"]["OpenPlaceView"] | null;
            problem_id: number;
            origin: components["schemas"]["TaskOrigin"] | components["schemas"]["TrainingOrigin"] | components["schemas"]["JuryOrigin"] | null;
            /** @enum {string} */
            status: "Checking" | "Checked";
            is_checked: boolean;
            language: string;
            source: string;
            tests: components["schemas"]["TestResultView"][];
            annotations: components["schemas"]["AnnotationView"][];
            notice: string;
            coarse_results: boolean;
            /** Format: date-time */
            submitted_at: string;
            judged_at: string | null;
            progress: components["schemas"]["SubmissionProgressView"] | null;
        };
        /** SubmissionsView */
        SubmissionsView: {
            submissions: components["schemas"]["SubmissionInfo"][];
        };
        /**
         * Tag
         * @description The importance of a notification.
         * @enum {string}
         */
        Tag: "low" | "medium" | "high";
        /**
         * TargetBody
         * @description A course, a track, a contest or a group of pupils.
         */
        TargetBody: {
            /** @enum {string} */
            kind: "course" | "track" | "contest" | "group";
            /** @description Of a class, its number */
            id: number;
        };
        /**
         * TargetView
         * @description What an invitation lets one join. A class has its number for a title.
         */
        TargetView: {
            /** @enum {string} */
            kind: "course" | "track" | "contest" | "group";
            id: number;
            title: string;
        };
        /**
         * TaskCell
         * @description How far somebody is with a task that they tried: `points` less `penalty` percent, `late_days` spent.
         *
         *     `submission_id` is what they sent last of what was judged; null where that was before it was recorded.
         */
        TaskCell: {
            task_id: number;
            is_solved: boolean;
            attempts: number;
            points: number;
            penalty: number;
            late_days: number;
            submission_id: number | null;
        };
        /**
         * TaskChange
         * @description What is the task's own: name, points, order, languages, times, late policy; and what is its problem's, for
         *     the problem's author.
         */
        TaskChange: {
            published?: boolean;
            opens_at?: string | null;
            closes_at?: string | null;
            due_at?: string | null;
            late_policy?: components["schemas"]["LatePolicyBody"] | null;
            name?: string;
            points?: number;
            order?: number | null;
            languages?: string[] | null;
            task_condition?: string;
            /** @description Seconds of CPU time for each test */
            time_limit?: number;
            /** @description MiB */
            memory_limit?: number;
        };
        /**
         * TaskColumn
         * @description A task of the table.
         */
        TaskColumn: {
            id: number;
            lesson_id: number;
            name: string;
            points: number;
        };
        /**
         * TaskExtension
         * @description More time for one pupil, and who gave it when.
         */
        TaskExtension: {
            task_id: number;
            user_id: number;
            login: string | null;
            /** Format: date-time */
            until: string;
            reason: string;
            granted_by: number;
            /** Format: date-time */
            granted_at: string;
        };
        /**
         * TaskExtensionBody
         * @description More time for one pupil. The reason is told to them.
         */
        TaskExtensionBody: {
            /** Format: date-time */
            until: string;
            reason: string;
        };
        /**
         * TaskExtensionGranted
         * @description Until then the task is open to the recipient, and not late.
         */
        TaskExtensionGranted: {
            course_id: number;
            lesson_id: number;
            task_id: number;
            /** Format: date-time */
            until: string;
            reason: string;
        };
        /**
         * TaskExtensionGrantedNotification
         * @description A notification of the type TASK_EXTENSION_GRANTED, which is that of the frame that was sent live.
         */
        TaskExtensionGrantedNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "TASK_EXTENSION_GRANTED";
            payload: components["schemas"]["TaskExtensionGranted"];
            read: boolean;
            author_name: string | null;
        };
        /** TaskExtensions */
        TaskExtensions: {
            next: string | null;
            items: components["schemas"]["TaskExtension"][];
        };
        /**
         * TaskInfo
         * @description A task in a lesson. Only who teaches sees one that is not published.
         *
         *     The times are what holds for the task in its lesson and course, `state` what it is by them.
         */
        TaskInfo: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            points: number;
            is_published: boolean;
            state: components["schemas"]["Availability"];
            is_solved: boolean;
            attempts: number;
            best_points: number;
            penalty: number;
        };
        /**
         * TaskOrigin
         * @description A task of a course.
         */
        TaskOrigin: {
            course_id: number;
            lesson_id: number;
            task_id: number;
        };
        /**
         * TaskView
         * @description `time_limit` in seconds, `memory_limit` in MiB; `tests` are the first two, as examples.
         *
         *     `previous` and `next` are the tasks around it in the course, of those that the reader sees; `last_submission_id` is
         *     what the reader sent last, judged or not. A program that names no language is in `language`, the course's.
         *     `name` and `task_condition` are in the language that the request asks for,
         *     if there is a statement in it; `statement_language` says in which they are, null where nobody has said.
         *     The times are what holds for the task in its lesson and course, and for the reader with their `extension`; what is
         *     closed can be read. `best_points` are less `penalty` percent for being late; `late_days` were spent on it.
         */
        TaskView: {
            opens_at: string | null;
            closes_at: string | null;
            due_at: string | null;
            id: number;
            name: string;
            statement_language: string | null;
            statements: components["schemas"]["StatementInfo"][];
            course_id: number;
            course_name: string;
            lesson_id: number;
            lesson_name: string;
            previous: components["schemas"]["NeighborView"] | null;
            next: components["schemas"]["NeighborView"] | null;
            last_submission_id: number | null;
            task_condition: string;
            time_limit: number;
            memory_limit: number;
            tests: components["schemas"]["SampleView"][];
            language: string;
            languages: string[];
            points: number;
            state: components["schemas"]["Availability"];
            is_solved: boolean;
            attempts: number;
            best_points: number;
            penalty: number;
            late_days: number;
            late_policy: components["schemas"]["LatePolicyView"] | null;
            extension: components["schemas"]["OwnTaskExtension"] | null;
        };
        /**
         * TeacherBody
         * @description Who is to teach a group too: somebody with the role of a teacher.
         */
        TeacherBody: {
            user_id: number;
        };
        /**
         * TeacherView
         * @description Somebody who teaches a course, a track or a contest. Its owner made it.
         */
        TeacherView: {
            user_id: number;
            name: string | null;
            secondname: string | null;
            is_owner: boolean;
        };
        /**
         * TeachersView
         * @description The owner, then the others.
         */
        TeachersView: {
            teachers: components["schemas"]["TeacherView"][];
        };
        /**
         * TeachingView
         * @description What awaits the caller in the courses, tracks and groups that they own or teach, each list with what has waited
         *     longest at its head: a hundred at most. `whole` is false when there was more than is looked at.
         */
        TeachingView: {
            waiting: components["schemas"]["AwaitedView"][];
            behind: components["schemas"]["BehindView"][];
            disagreements: components["schemas"]["DisagreementView"][];
            whole: boolean;
        };
        /** TeamBody */
        TeamBody: {
            name: string;
        };
        /**
         * TeamChanges
         * @description `captain_id` hands the team over.
         */
        TeamChanges: {
            name?: string | null;
            captain_id?: number | null;
        };
        /** TeamMemberView */
        TeamMemberView: {
            id: number;
            login: string | null;
            name: string | null;
            display_name: string | null;
            is_captain: boolean;
        };
        /**
         * TeamTrainingView
         * @description A training as its team lists it: `penalty` is in minutes. `is_repetition`: some of the team had trained in the
         *     contest before.
         */
        TeamTrainingView: {
            id: string;
            status: components["schemas"]["TrainingStatus"];
            /** Format: date-time */
            dtCreated: string;
            /** Format: date-time */
            dt_created: string;
            /** Format: date-time */
            ends_at: string;
            finished_at: string | null;
            time_left: number;
            team_id: number;
            team_name: string;
            contest_id: number;
            contest_name: string;
            problems_count: number;
            solved: number;
            penalty: number;
            is_repetition: boolean;
        };
        /** TeamTrainings */
        TeamTrainings: {
            next: string | null;
            items: components["schemas"]["TeamTrainingView"][];
        };
        /**
         * TeamView
         * @description `running` is the id of the session that is going on.
         */
        TeamView: {
            id: number;
            name: string;
            captain_id: number;
            members: components["schemas"]["TeamMemberView"][];
            running: string | null;
            /** Format: date-time */
            created_at: string;
        };
        /**
         * TeamsList
         * @description A bare array, as Team Training's.
         */
        TeamsList: components["schemas"]["TeamView"][];
        /**
         * TestBody
         * @description A test. With `group` in each, the tests of a group earn their points together or not at all.
         */
        TestBody: {
            input: string;
            output: string;
            points?: number | null;
            group?: string | null;
        };
        /**
         * TestResultView
         * @description `time` in seconds, `memory` in KiB. `message` is empty for tests that are not shown.
         *
         *     `share` is how much of the test's points was earned, 0 to 1. `difference` has the parts of a message that compares.
         *     `sample` is null for tests that are hidden or were skipped, and beyond 16 KiB of samples.
         */
        TestResultView: {
            number: number;
            verdict: components["schemas"]["Verdict"];
            time: number;
            memory: number;
            message: string;
            share: number;
            difference: components["schemas"]["DifferenceView"] | null;
            sample: components["schemas"]["SampleRunView"] | null;
        };
        /**
         * TestResultsView
         * @description A page of a submission's results. `next` is the `after` of the page that follows; null on the last.
         */
        TestResultsView: {
            tests: components["schemas"]["TestResultView"][];
            next: number | null;
        };
        /**
         * TestsBody
         * @description All tests of a problem, in order. The first `samples` are shown to everybody.
         */
        TestsBody: {
            tests: components["schemas"]["TestBody"][];
            /** @description 2 if it is left out */
            samples?: number;
        };
        /**
         * TicketView
         * @description `expires_in` is in seconds.
         */
        TicketView: {
            ticket: string;
            expires_in: number;
        };
        /**
         * TodoView
         * @description What is left to do in an assignment: `stage` says whether to send something in, or how many reviews to write.
         *
         *     A review may be written after its deadline.
         */
        TodoView: {
            track_id: number;
            track_title: string;
            assignment_id: number;
            assignment_title: string;
            /** @enum {string} */
            stage: "submission" | "code_review";
            /** Format: date-time */
            deadline: string;
            reviews_left: number;
        };
        /**
         * TokenPairView
         * @description PyTry's answer to a refresh.
         */
        TokenPairView: {
            jwt_access: string;
            jwt_refresh: string;
        };
        /**
         * TokenRequest
         * @description RFC 6749, 4.3.2, as a form. `username` may be an e-mail as well.
         */
        TokenRequest: {
            /** @description Longer ones name nobody, and do not fit into a key */
            username: string;
            password: string;
            /**
             * @description "password" if it is left out
             * @constant
             */
            grant_type?: "password";
            /** @description A one-time password of six digits, or a recovery code: for accounts with a second factor */
            otp?: number | string | null;
        };
        /**
         * TokenView
         * @description Virtual School: `expires_in` is the access token's life in seconds; `expires` is when the refresh
         *     token ends, in Unix time.
         */
        TokenView: {
            /**
             * @description "Bearer" if it is left out
             * @constant
             */
            token_type: "Bearer";
            access_token: string;
            expires_in: number;
            expires: number;
        };
        /**
         * TrackBody
         * @description `review_criteria` are descriptions by name; reviews give each from 0 to `max_score` points.
         *
         *     `late_days` are each participant's, to be late without a penalty. With `starts_at` the track starts then, with
         *     whoever takes part; without, as soon as it is full.
         */
        TrackBody: {
            title: string;
            description?: string | null;
            /** @description Words by which it is found, beside its name */
            tags?: string[];
            required_participants: number;
            review_criteria: {
                [key: string]: string;
            };
            /** @description 10 if it is left out */
            max_score?: number;
            /** @description 3 if it is left out */
            reviews_per_user?: number;
            /** @description 0 if it is left out */
            late_days?: number;
            starts_at?: string | null;
        };
        /**
         * TrackCard
         * @description What everybody may know of a track. One that waits with `starts_at` starts then; else when it is full.
         */
        TrackCard: {
            id: number;
            title: string;
            description: string | null;
            tags: string[];
            required_participants: number;
            current_participants: number;
            /** @enum {string} */
            status: "waiting" | "active" | "completed";
            starts_at: string | null;
            started_at: string | null;
            /** Format: date-time */
            created_at: string;
        };
        /** TrackCards */
        TrackCards: {
            next: string | null;
            items: components["schemas"]["TrackCard"][];
        };
        /** TrackChanges */
        TrackChanges: {
            title?: string;
            description?: string | null;
            /** @description Words by which it is found, beside its name */
            tags?: string[];
            required_participants?: number;
            reviews_per_user?: number;
            late_days?: number;
            starts_at?: string | null;
        };
        /**
         * TrackNotStarted
         * @description `starts_at` is when it was to start. It waits on, until it is full or its teacher starts it.
         */
        TrackNotStarted: {
            track_id: number;
            /** Format: date-time */
            starts_at: string;
            participants: number;
        };
        /**
         * TrackNotStartedNotification
         * @description A notification of the type TRACK_NOT_STARTED, which is that of the frame that was sent live.
         */
        TrackNotStartedNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "TRACK_NOT_STARTED";
            payload: components["schemas"]["TrackNotStarted"];
            read: boolean;
            author_name: string | null;
        };
        /** TrackStarted */
        TrackStarted: {
            track_id: number;
            /** Format: date-time */
            started_at: string;
        };
        /**
         * TrackStartedNotification
         * @description A notification of the type TRACK_STARTED, which is that of the frame that was sent live.
         */
        TrackStartedNotification: {
            id: number;
            title: string;
            description: string;
            body: string;
            tag: components["schemas"]["Tag"];
            date: string;
            /** Format: date-time */
            created_at: string;
            author_id: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "TRACK_STARTED";
            payload: components["schemas"]["TrackStarted"];
            read: boolean;
            author_name: string | null;
        };
        /**
         * TrackView
         * @description `is_enrolled` and `reviews_owed` are about the caller: whether they take part, and how many reviews they owe.
         *     `late_days` is how many days everybody may be late in all without a penalty.
         */
        TrackView: {
            id: number;
            title: string;
            description: string | null;
            tags: string[];
            required_participants: number;
            current_participants: number;
            /** @enum {string} */
            status: "waiting" | "active" | "completed";
            starts_at: string | null;
            started_at: string | null;
            /** Format: date-time */
            created_at: string;
            review_criteria: {
                [key: string]: string;
            };
            max_score: number;
            reviews_per_user: number;
            late_days: number;
            author_id: number;
            author_name: string | null;
            is_enrolled: boolean;
            enrolled_at: string | null;
            reviews_owed: number;
        };
        /**
         * TracksList
         * @description A bare array.
         */
        TracksList: components["schemas"]["TrackView"][];
        /**
         * TrainingFinishedTrainingFrame
         * @description The training is finished: what is there can still be read.
         */
        TrainingFinishedTrainingFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "TRAINING_FINISHED";
            /** @description Always null */
            payload: string | null;
        };
        /**
         * TrainingOrigin
         * @description A problem of a team's training.
         */
        TrainingOrigin: {
            training_session_id: string;
            alias: string;
        };
        /**
         * TrainingProblem
         * @description `alias` is `problemAlias`. Status and attempts are the team's.
         */
        TrainingProblem: {
            problemAlias: string;
            alias: string;
            title: string;
            status: components["schemas"]["ProblemStatus"];
            attempts: number;
            assignedUser: components["schemas"]["UserObject"] | null;
            compiler: string | null;
        };
        /** TrainingProblems */
        TrainingProblems: {
            problems: components["schemas"]["TrainingProblem"][];
        };
        /**
         * TrainingProgram
         * @description A program as `code`, or as the text of a `file`.
         */
        TrainingProgram: {
            problem: string;
            compiler: string;
            code?: string | null;
            file?: string | null;
        };
        /**
         * TrainingStatus
         * @description Of a session, in Team Training's words.
         * @enum {string}
         */
        TrainingStatus: "IN_PROCESS" | "FINISHED";
        /**
         * TrainingSubmissionDetail
         * @description `time` in seconds, `memory` in KiB; `test` is the first that failed.
         */
        TrainingSubmissionDetail: {
            user_id: number;
            id: number;
            runId: number;
            problemAlias: string;
            compiler: string;
            verdict: string;
            code: components["schemas"]["Verdict"];
            /** Format: date-time */
            submissionTime: string;
            timeFromStart: number;
            userName: string | null;
            time: number;
            memory: number;
            test: number | null;
            compileLog: string;
            /** @description The same. */
            readonly userId: number;
        };
        /**
         * TrainingSubmissionInFull
         * @description With its source and tests.
         */
        TrainingSubmissionInFull: {
            submission: components["schemas"]["TrainingSubmissionDetail"];
            source: string;
            judged: components["schemas"]["SubmissionView"];
        };
        /**
         * TrainingSubmissionList
         * @description `timeFromStart` of each is in seconds.
         */
        TrainingSubmissionList: {
            count: number;
            submissions: components["schemas"]["TrainingSubmissionView"][];
        };
        /**
         * TrainingSubmissionView
         * @description `runId` is `id`: what Team Training's client reads. `code` is the verdict for programs, `verdict` for people.
         */
        TrainingSubmissionView: {
            user_id: number;
            id: number;
            runId: number;
            problemAlias: string;
            compiler: string;
            verdict: string;
            code: components["schemas"]["Verdict"];
            /** Format: date-time */
            submissionTime: string;
            timeFromStart: number;
            userName: string | null;
            /** @description The same. */
            readonly userId: number;
        };
        /**
         * TrainingView
         * @description `dtCreated` and `dt_created` are the same: Team Training's frames and paths differ. `time_left` is in seconds.
         *
         *     `team_name` is what the team was called then; null where that was not kept.
         */
        TrainingView: {
            id: string;
            status: components["schemas"]["TrainingStatus"];
            /** Format: date-time */
            dtCreated: string;
            /** Format: date-time */
            dt_created: string;
            /** Format: date-time */
            ends_at: string;
            finished_at: string | null;
            time_left: number;
            team_id: number;
            team_name: string | null;
            contest_id: number;
            contest_name: string;
        };
        /** UnenrolledView */
        UnenrolledView: {
            /**
             * @description "Successfully unenrolled from track" if it is left out
             * @constant
             */
            message: "Successfully unenrolled from track";
        };
        /**
         * UnreadView
         * @description It counts to a hundred.
         */
        UnreadView: {
            unread_notifications: number;
        };
        /**
         * UploadView
         * @description Where to POST the file, as multipart/form-data: the fields first, then the file as `file`.
         */
        UploadView: {
            url: string;
            fields: {
                [key: string]: string;
            };
        };
        /**
         * UserChanges
         * @description The data that an admin may change of an account. The state `activated` lifts a block.
         */
        UserChanges: {
            name?: string | null;
            secondname?: string | null;
            patronymic?: string | null;
            birthdate?: string | null;
            phone?: string | null;
            class?: number | null;
            /** @enum {string} */
            role?: "user" | "teacher" | "admin" | "ROLE_PORTAL_USER" | "ROLE_TEACHER" | "ROLE_ADMIN";
            /** @enum {string} */
            state?: "activated" | "blocked";
        };
        /**
         * UserFrame
         * @description How somebody wants to be shown.
         */
        UserFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "USER";
            payload: components["schemas"]["UserServerPayload"];
        };
        /**
         * UserJoinFrame
         * @description Somebody came in; the newcomer gets it, too.
         */
        UserJoinFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "USER_JOIN";
            payload: components["schemas"]["UserPayload"];
        };
        /**
         * UserLeaveFrame
         * @description Somebody left.
         */
        UserLeaveFrame: {
            seq: number;
            /** Format: date-time */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "USER_LEAVE";
            payload: components["schemas"]["UserPayload"];
        };
        /**
         * UserObject
         * @description A member of a team, with the names of their account: null where it has none, or was erased.
         *
         *     `id` is `user_id` as a text, `real_name` is `display_name`. More members are what they have said of themselves in
         *     USER.
         */
        UserObject: {
            id: string;
            user_id: number;
            login: string | null;
            first_name: string | null;
            last_name: string | null;
            display_name: string | null;
            real_name: string | null;
        };
        /**
         * UserPayload
         * @description Whose a frame is: `user_id` is the id as it is everywhere over HTTP, `userId` the same as Team Training's text.
         *
         *     `user_id` alone among the members of frames keeps its snake case.
         */
        UserPayload: {
            user_id: number;
            /** @description The same as a text. */
            readonly userId: string;
        };
        /**
         * UserRegistration
         * @description Learning Platform's registration.
         */
        UserRegistration: {
            /** Format: email */
            email: string;
            /** @description Letters of one script, digits, `_`, `.` and `-` */
            username: string;
            /** @description 8 to 64 characters; neither one of the 10 000 most common passwords nor made of the school's name */
            password: string;
        };
        /** UserRolesAnswer */
        UserRolesAnswer: {
            /**
             * @description true if it is left out
             * @constant
             */
            success: true;
            /** @description Always null */
            error: string | null;
            result: components["schemas"]["UserRolesView"];
        };
        /**
         * UserRolesView
         * @description `permissions` are those that the account has now: none when it is blocked, a user's while an admin lacks the
         *     second factor that admins need.
         */
        UserRolesView: {
            user_id: number;
            role: components["schemas"]["Role"];
            roles: components["schemas"]["PortalRole"][];
            permissions: components["schemas"]["Permission"][];
        };
        /** UserServerPayload */
        UserServerPayload: {
            user: components["schemas"]["UserObject"];
        };
        /**
         * UsersList
         * @description A bare array.
         */
        UsersList: (components["schemas"]["AccountView"] | components["schemas"]["NamesView"])[];
        /**
         * Verdict
         * @description What a submission, or one test of it, is worth.
         * @enum {string}
         */
        Verdict: "PENDING" | "OK" | "WRONG_ANSWER" | "COMPILE_ERROR" | "RUNTIME_ERROR" | "TIME_LIMIT" | "WALL_TIME_LIMIT" | "MEMORY_LIMIT" | "OUTPUT_LIMIT" | "SYSTEM_ERROR" | "SKIPPED" | "HIDDEN" | "PARTIAL" | "CANCELLED";
        /**
         * VerdictServerPayload
         * @description `test` is the first that failed. `time` in seconds, `memory` in KiB.
         */
        VerdictServerPayload: {
            user_id: number;
            id: number;
            problemAlias: string;
            verdict: string;
            code: components["schemas"]["Verdict"];
            time: number;
            memory: number;
            test: number | null;
            /** @description The same as a text. */
            readonly userId: string;
        };
        /**
         * ViolationView
         * @description One thing that is wrong with a request.
         *
         *     In a body, `field` is a JSON pointer (RFC 6901), empty for all of it; elsewhere it is a name. `limits` are what the
         *     value has to keep, such as `min`, `max`, `allowed`, and JSON Schema's `type` and `format`.
         */
        ViolationView: {
            in: components["schemas"]["In"];
            field: string;
            code: string;
            limits: {
                [key: string]: number | string | string[];
            };
            message: string;
        };
        /**
         * WaitingKind
         * @enum {string}
         */
        WaitingKind: "track" | "reviews" | "import" | "enrollment";
        /**
         * WaitingView
         * @description A submission that has fewer reviews than it is to get, and whose it is.
         */
        WaitingView: {
            user_id: number;
            username: string | null;
            submission: components["schemas"]["SolutionView"];
            reviews: number;
            reviews_expected: number;
        };
        /** Welcome */
        Welcome: {
            message: string;
            version: string;
            docs: string;
        };
        /**
         * Work
         * @enum {string}
         */
        Work: "import" | "enroll";
        /**
         * WrittenView
         * @description A statement as its author wrote it: the `source` in its `format`; and the `text` that everybody reads, Markdown.
         *
         *     `is_main` is shown to those who ask for no language in which there is a statement. `notes` say what of the source is
         *     not in the text.
         */
        WrittenView: {
            language: string;
            name: string;
            format: components["schemas"]["Form"];
            source: string;
            text: string;
            is_main: boolean;
            notes: string[];
            statements: components["schemas"]["StatementInfo"][];
        };
    };
    responses: {
        /** @description Broken or invalid; `errors` has every violation. */
        Error400: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "invalid_body",
                 *       "status": "'name' is a required property",
                 *       "errors": [
                 *         "'name' is a required property"
                 *       ],
                 *       "detail": "'name' is a required property",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description No token, or none that is accepted. */
        Error401: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "token_missing",
                 *       "status": "The access token is missing",
                 *       "errors": [
                 *         "The access token is missing"
                 *       ],
                 *       "detail": "The access token is missing",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Not allowed. */
        Error403: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "insufficient_rights",
                 *       "status": "Insufficient access rights",
                 *       "errors": [
                 *         "Insufficient access rights"
                 *       ],
                 *       "detail": "Insufficient access rights",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description There is none. */
        Error404: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "not_found",
                 *       "status": "Not found",
                 *       "errors": [
                 *         "Not found"
                 *       ],
                 *       "detail": "Not found",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description At odds with what there is. */
        Error409: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "already_registered",
                 *       "status": "This e-mail and login are already registered",
                 *       "errors": [
                 *         "This e-mail and login are already registered"
                 *       ],
                 *       "detail": "This e-mail and login are already registered",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Changed since it was read. */
        Error412: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "changed_since",
                 *       "status": "This has been changed since you read it, read it again",
                 *       "errors": [
                 *         "This has been changed since you read it, read it again"
                 *       ],
                 *       "detail": "This has been changed since you read it, read it again",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Too large. */
        Error413: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "body_too_large",
                 *       "status": "The body is larger than 262144 bytes",
                 *       "errors": [
                 *         "The body is larger than 262144 bytes"
                 *       ],
                 *       "detail": "The body is larger than 262144 bytes",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Of a content type that is not taken. */
        Error415: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "unsupported_media_type",
                 *       "status": "This path does not take this content type",
                 *       "errors": [
                 *         "This path does not take this content type"
                 *       ],
                 *       "detail": "This path does not take this content type",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Understood, but impossible. */
        Error422: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "unprocessable",
                 *       "status": "This cannot be done",
                 *       "errors": [
                 *         "This cannot be done"
                 *       ],
                 *       "detail": "This cannot be done",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Too much, too often. */
        Error429: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "too_many_requests",
                 *       "status": "Too many requests, try again in 12 s",
                 *       "errors": [
                 *         "Too many requests, try again in 12 s"
                 *       ],
                 *       "detail": "Too many requests, try again in 12 s",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Ours. Says nothing of its cause. */
        Error500: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "internal_error",
                 *       "status": "Something went wrong on our side",
                 *       "errors": [
                 *         "Something went wrong on our side"
                 *       ],
                 *       "detail": "Something went wrong on our side",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Ours, from API Gateway itself: the function died. */
        Error502: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "internal_error",
                 *       "status": "Internal error",
                 *       "errors": [
                 *         "Internal error"
                 *       ],
                 *       "detail": "Internal error",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Ours, worth trying again. */
        Error503: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "unavailable",
                 *       "status": "Not available for the moment, try again",
                 *       "errors": [
                 *         "Not available for the moment, try again"
                 *       ],
                 *       "detail": "Not available for the moment, try again",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
        /** @description Out of time, from API Gateway itself. */
        Error504: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "code": "timed_out",
                 *       "status": "Timed out",
                 *       "errors": [
                 *         "Timed out"
                 *       ],
                 *       "detail": "Timed out",
                 *       "violations": [],
                 *       "result": null,
                 *       "request_id": "c0ffee"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorView"];
            };
        };
    };
    parameters: {
        /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
        "Accept-Language": string;
        /** @description `*` writes only where there is nothing yet: 412 otherwise. */
        "If-None-Match": string;
        /** @description How long to wait for the verdict (RFC 7240): `respond-async` not at all, `wait=5` so many seconds. An account that has no time zone takes `timezone=Europe/Moscow`. */
        Prefer: string;
        /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
        "X-Device-Token": string;
    };
    requestBodies: never;
    headers: {
        /** @description Names this request in our logs; also `request_id` of an error. */
        "X-Request-Id": string;
        /** @description The version of what is shown, for If-Match and If-None-Match. Of a draft's 412: the version there is. */
        ETag: string;
        /** @description The next page, as `<…>; rel="next"`; not on the last. */
        Link: string;
        /** @description The `cursor` of the next page; not on the last. */
        "X-Next-Cursor": string;
        /** @description Where to look further. */
        Location: string;
        /** @description Seconds to wait before the next try. */
        "Retry-After": string;
        /** @description Which token is wanted (RFC 6750). */
        "WWW-Authenticate": string;
        /** @description Keeps or forgets the refresh token; keeps the device's token. */
        "Set-Cookie": string;
        /** @description For programs without cookies: sent back under the same name, it says that the device is known. */
        "X-Device-Token": string;
        /** @description How long the answer may be kept. */
        "Cache-Control": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    service_welcome: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Lyceum",
                     *       "version": "0.2.0",
                     *       "docs": "/docs"
                     *     }
                     */
                    "application/json": components["schemas"]["Welcome"];
                };
            };
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    service_show_health: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "stage": "local",
                     *       "version": "0.2.0"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    service_ping_application: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Lyceum"
                     *     }
                     */
                    "application/json": components["schemas"]["Ping"];
                };
            };
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    service_ping_database: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Lyceum"
                     *     }
                     */
                    "application/json": components["schemas"]["Ping"];
                };
            };
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_register: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "login": "ann",
                 *       "password": "Correct-horse-7",
                 *       "name": "Анна",
                 *       "email": "ann@school.example"
                 *     }
                 */
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "success",
                     *       "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *       "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *       "user": {
                     *         "id": 344825856003172,
                     *         "login_id": 344825856003179,
                     *         "login": "ann",
                     *         "username": "ann",
                     *         "email": "ann@school.example",
                     *         "name": "Анна",
                     *         "secondname": "Иванова",
                     *         "patronymic": "Петровна",
                     *         "birthdate": "2012-09-01",
                     *         "phone": "+79990000000",
                     *         "class": 7,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "is_admin": true,
                     *         "state": "new",
                     *         "verified_mail": true,
                     *         "created_at": "2026-09-01T09:00:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SignedUpView"];
                };
            };
            400: components["responses"]["Error400"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_sign_in: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "Correct-horse-7",
                 *       "login": "ann",
                 *       "email": "ann@school.example",
                 *       "otp": 1
                 *     }
                 */
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "success",
                     *       "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *       "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *       "user": {
                     *         "id": 344825856003172,
                     *         "login_id": 344825856003179,
                     *         "login": "ann",
                     *         "username": "ann",
                     *         "email": "ann@school.example",
                     *         "name": "Анна",
                     *         "secondname": "Иванова",
                     *         "patronymic": "Петровна",
                     *         "birthdate": "2012-09-01",
                     *         "phone": "+79990000000",
                     *         "class": 7,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "is_admin": true,
                     *         "state": "new",
                     *         "verified_mail": true,
                     *         "created_at": "2026-09-01T09:00:00.000Z"
                     *       },
                     *       "role": "user",
                     *       "token": {
                     *         "token_type": "Bearer",
                     *         "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "expires_in": 360,
                     *         "expires": 1788253560
                     *       },
                     *       "user_info": {
                     *         "id": 344825856003172,
                     *         "login_id": 344825856003179,
                     *         "login": "ann",
                     *         "username": "ann",
                     *         "email": "ann@school.example",
                     *         "name": "Анна",
                     *         "secondname": "Иванова",
                     *         "patronymic": "Петровна",
                     *         "birthdate": "2012-09-01",
                     *         "phone": "+79990000000",
                     *         "class": 7,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "is_admin": true,
                     *         "state": "new",
                     *         "verified_mail": true,
                     *         "created_at": "2026-09-01T09:00:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SignedInView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_refresh: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *       "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenPairView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_show_caller: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "login_id": 344825856003179,
                     *       "login": "ann",
                     *       "username": "ann",
                     *       "email": "ann@school.example",
                     *       "name": "Анна",
                     *       "secondname": "Иванова",
                     *       "patronymic": "Петровна",
                     *       "birthdate": "2012-09-01",
                     *       "phone": "+79990000000",
                     *       "class": 7,
                     *       "role": "user",
                     *       "roles": [
                     *         "ROLE_PORTAL_USER"
                     *       ],
                     *       "is_admin": true,
                     *       "state": "new",
                     *       "verified_mail": true,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "can": [
                     *         "learn"
                     *       ],
                     *       "language": "python3",
                     *       "time_zone": "Europe/Moscow",
                     *       "info": {
                     *         "id": 344825856003172,
                     *         "login_id": 344825856003179,
                     *         "login": "ann",
                     *         "username": "ann",
                     *         "email": "ann@school.example",
                     *         "name": "Sums",
                     *         "secondname": "Иванова",
                     *         "patronymic": "Петровна",
                     *         "birthdate": "2012-09-01",
                     *         "phone": "+79990000000",
                     *         "class": 7,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "is_admin": true,
                     *         "state": "new",
                     *         "verified_mail": true,
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "can": [
                     *           "learn"
                     *         ],
                     *         "language": "ru",
                     *         "time_zone": "Europe/Moscow"
                     *       },
                     *       "first_name": "Anna",
                     *       "last_name": "Ivanova",
                     *       "display_name": "Ann",
                     *       "real_name": "Anna Ivanova",
                     *       "default_email": "ann@school.example"
                     *     }
                     */
                    "application/json": components["schemas"]["CallerView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_register_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example",
                 *       "username": "ann",
                 *       "password": "Correct-horse-7"
                 *     }
                 */
                "application/json": components["schemas"]["UserRegistration"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "login_id": 344825856003179,
                     *       "login": "ann",
                     *       "username": "ann",
                     *       "email": "ann@school.example",
                     *       "name": "Анна",
                     *       "secondname": "Иванова",
                     *       "patronymic": "Петровна",
                     *       "birthdate": "2012-09-01",
                     *       "phone": "+79990000000",
                     *       "class": 7,
                     *       "role": "user",
                     *       "roles": [
                     *         "ROLE_PORTAL_USER"
                     *       ],
                     *       "is_admin": true,
                     *       "state": "new",
                     *       "verified_mail": true,
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            400: components["responses"]["Error400"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_issue_token: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "ann",
                 *       "password": "Correct-horse-7",
                 *       "grant_type": "password",
                 *       "otp": 1
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *       "token_type": "bearer",
                     *       "refresh_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *       "expires_in": 360
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthTokenView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_show_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description How long to wait for the verdict (RFC 7240): `respond-async` not at all, `wait=5` so many seconds. An account that has no time zone takes `timezone=Europe/Moscow`. */
                Prefer?: components["parameters"]["Prefer"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "login_id": 344825856003179,
                     *       "login": "ann",
                     *       "username": "ann",
                     *       "email": "ann@school.example",
                     *       "name": "Sums",
                     *       "secondname": "Иванова",
                     *       "patronymic": "Петровна",
                     *       "birthdate": "2012-09-01",
                     *       "phone": "+79990000000",
                     *       "class": 7,
                     *       "role": "user",
                     *       "roles": [
                     *         "ROLE_PORTAL_USER"
                     *       ],
                     *       "is_admin": true,
                     *       "state": "new",
                     *       "verified_mail": true,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "can": [
                     *         "learn"
                     *       ],
                     *       "language": "ru",
                     *       "time_zone": "Europe/Moscow"
                     *     }
                     */
                    "application/json": components["schemas"]["OwnAccountView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_change_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Sums",
                 *       "secondname": "Иванова",
                 *       "patronymic": "Петровна",
                 *       "birthdate": "2012-09-01",
                 *       "phone": "+79990000000",
                 *       "language": "ru",
                 *       "time_zone": "Europe/Moscow"
                 *     }
                 */
                "application/json": components["schemas"]["OwnProfile"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "login_id": 344825856003179,
                     *       "login": "ann",
                     *       "username": "ann",
                     *       "email": "ann@school.example",
                     *       "name": "Sums",
                     *       "secondname": "Иванова",
                     *       "patronymic": "Петровна",
                     *       "birthdate": "2012-09-01",
                     *       "phone": "+79990000000",
                     *       "class": 7,
                     *       "role": "user",
                     *       "roles": [
                     *         "ROLE_PORTAL_USER"
                     *       ],
                     *       "is_admin": true,
                     *       "state": "new",
                     *       "verified_mail": true,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "can": [
                     *         "learn"
                     *       ],
                     *       "language": "ru",
                     *       "time_zone": "Europe/Moscow"
                     *     }
                     */
                    "application/json": components["schemas"]["OwnAccountView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_show_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "login_id": 344825856003179,
                     *       "login": "ann",
                     *       "username": "ann",
                     *       "email": "ann@school.example",
                     *       "name": "Анна",
                     *       "secondname": "Иванова",
                     *       "patronymic": "Петровна",
                     *       "birthdate": "2012-09-01",
                     *       "phone": "+79990000000",
                     *       "class": 7,
                     *       "role": "user",
                     *       "roles": [
                     *         "ROLE_PORTAL_USER"
                     *       ],
                     *       "is_admin": true,
                     *       "state": "new",
                     *       "verified_mail": true,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "can": [
                     *         "learn"
                     *       ],
                     *       "language": "python3",
                     *       "time_zone": "Europe/Moscow",
                     *       "info": {
                     *         "id": 344825856003172,
                     *         "login_id": 344825856003179,
                     *         "login": "ann",
                     *         "username": "ann",
                     *         "email": "ann@school.example",
                     *         "name": "Sums",
                     *         "secondname": "Иванова",
                     *         "patronymic": "Петровна",
                     *         "birthdate": "2012-09-01",
                     *         "phone": "+79990000000",
                     *         "class": 7,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "is_admin": true,
                     *         "state": "new",
                     *         "verified_mail": true,
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "can": [
                     *           "learn"
                     *         ],
                     *         "language": "ru",
                     *         "time_zone": "Europe/Moscow"
                     *       },
                     *       "first_name": "Anna",
                     *       "last_name": "Ivanova",
                     *       "display_name": "Ann",
                     *       "real_name": "Anna Ivanova",
                     *       "default_email": "ann@school.example"
                     *     }
                     */
                    "application/json": components["schemas"]["CallerView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_register_pupil: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example",
                 *       "password": "Correct-horse-7",
                 *       "name": "Анна",
                 *       "secondname": "Иванова",
                 *       "patronymic": "Петровна",
                 *       "birthdate": "2012-09-01",
                 *       "phone": "+79990000000",
                 *       "class": 7
                 *     }
                 */
                "application/json": components["schemas"]["SchoolRegistration"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedView"];
                };
            };
            400: components["responses"]["Error400"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_sign_in_with_cookie: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example",
                 *       "password": "Correct-horse-7",
                 *       "otp": 1,
                 *       "login": "ann"
                 *     }
                 */
                "application/json": components["schemas"]["CookieCredentials"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "role": "user",
                     *       "token": {
                     *         "token_type": "Bearer",
                     *         "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "expires_in": 360,
                     *         "expires": 1788253560
                     *       },
                     *       "user_info": {
                     *         "id": 344825856003172,
                     *         "login_id": 344825856003179,
                     *         "login": "ann",
                     *         "username": "ann",
                     *         "email": "ann@school.example",
                     *         "name": "Анна",
                     *         "secondname": "Иванова",
                     *         "patronymic": "Петровна",
                     *         "birthdate": "2012-09-01",
                     *         "phone": "+79990000000",
                     *         "class": 7,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "is_admin": true,
                     *         "state": "new",
                     *         "verified_mail": true,
                     *         "created_at": "2026-09-01T09:00:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["LoginView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_change_password_with_cookie: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "old_password": "Correct-horse-7",
                 *       "new_password": "Battery-staple-8"
                 *     }
                 */
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "role": "user",
                     *       "token": {
                     *         "token_type": "Bearer",
                     *         "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "expires_in": 360,
                     *         "expires": 1788253560
                     *       },
                     *       "user_info": {
                     *         "id": 344825856003172,
                     *         "login_id": 344825856003179,
                     *         "login": "ann",
                     *         "username": "ann",
                     *         "email": "ann@school.example",
                     *         "name": "Анна",
                     *         "secondname": "Иванова",
                     *         "patronymic": "Петровна",
                     *         "birthdate": "2012-09-01",
                     *         "phone": "+79990000000",
                     *         "class": 7,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "is_admin": true,
                     *         "state": "new",
                     *         "verified_mail": true,
                     *         "created_at": "2026-09-01T09:00:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["LoginView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_refresh_cookie: {
        parameters: {
            query?: {
                quiet?: "1";
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token_type": "Bearer",
                     *       "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *       "expires_in": 360,
                     *       "expires": 1788253560,
                     *       "role": "user",
                     *       "login_id": 344825856003179
                     *     }
                     */
                    "application/json": components["schemas"]["RefreshedTokenView"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_sign_out_with_cookie: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_invite_teacher: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example",
                 *       "name": "Анна",
                 *       "secondname": "Иванова",
                 *       "patronymic": "Петровна"
                 *     }
                 */
                "application/json": components["schemas"]["Invitation"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_look_up_user: {
        parameters: {
            query: {
                /** @description Longer ones name nobody, and do not fit into a key */
                email: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "data": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true
                     *       },
                     *       "result": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["KnownAddressAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_erase_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_change_email: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example"
                 *     }
                 */
                "application/json": components["schemas"]["EmailBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": "Ok",
                     *       "data": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OkAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_begin_sign_up: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example"
                 *     }
                 */
                "application/json": components["schemas"]["EmailBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "data": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ]
                     *       },
                     *       "result": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PortalUserAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_send_code: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "code": 1
                 *     }
                 */
                "application/json": components["schemas"]["ChosenCode"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": "Ok",
                     *       "data": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OkAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_resend_code: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "code": 1
                 *     }
                 */
                "application/json": components["schemas"]["ChosenCode"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": "Ok",
                     *       "data": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OkAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_confirm_mail: {
        parameters: {
            query: {
                code: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": "Ok",
                     *       "data": {
                     *         "sign_up_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["MailConfirmationAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_complete_sign_up: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "Correct-horse-7",
                 *       "login": "ann",
                 *       "name": "Анна",
                 *       "secondname": "Иванова",
                 *       "patronymic": "Петровна",
                 *       "birthdate": "2012-09-01",
                 *       "phone": "+79990000000",
                 *       "class": 7
                 *     }
                 */
                "application/json": components["schemas"]["SignUpCompletion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "data": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ]
                     *       },
                     *       "result": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PortalUserAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_sign_in_verified: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example",
                 *       "password": "Correct-horse-7",
                 *       "otp": 1
                 *     }
                 */
                "application/json": components["schemas"]["MailCredentials"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "data": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "registered_on": "2026-09-01T09:00:00.000Z",
                     *         "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *       },
                     *       "result": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "registered_on": "2026-09-01T09:00:00.000Z",
                     *         "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PortalSessionAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_sign_in_to_portal: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example",
                 *       "password": "Correct-horse-7",
                 *       "otp": 1
                 *     }
                 */
                "application/json": components["schemas"]["MailCredentials"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "data": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "registered_on": "2026-09-01T09:00:00.000Z",
                     *         "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *       },
                     *       "result": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "registered_on": "2026-09-01T09:00:00.000Z",
                     *         "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PortalSessionAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_refresh_portal_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "data": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "registered_on": "2026-09-01T09:00:00.000Z",
                     *         "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *       },
                     *       "result": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "registered_on": "2026-09-01T09:00:00.000Z",
                     *         "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PortalSessionAnswer"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_sign_out: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": "Ok",
                     *       "data": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OkAnswer"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_change_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "old_password": "Correct-horse-7",
                 *       "new_password": "Battery-staple-8"
                 *     }
                 */
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "data": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "registered_on": "2026-09-01T09:00:00.000Z",
                     *         "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *       },
                     *       "result": {
                     *         "id": 344825856003172,
                     *         "email": "ann@school.example",
                     *         "verified_mail": true,
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "registered_on": "2026-09-01T09:00:00.000Z",
                     *         "jwt_access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                     *         "jwt_refresh": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PortalSessionAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_list_history: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": [
                     *         {
                     *           "device_type": "tablet",
                     *           "action_type": "login",
                     *           "login_dt": "2026-09-01T09:00:00.000Z",
                     *           "source_ip": "203.0.113.1",
                     *           "user_agent": "Mozilla/5.0"
                     *         }
                     *       ],
                     *       "next_cursor": "eyJwayI6Ik5FV1MifQ=="
                     *     }
                     */
                    "application/json": components["schemas"]["HistoryAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_list_roles: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": [
                     *         {
                     *           "role_id": "user",
                     *           "name": "ROLE_TEACHER",
                     *           "permissions": [
                     *             "learn"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RolesAnswer"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_assign_role: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_id": 344825856003179,
                 *       "role": "user"
                 *     }
                 */
                "application/json": components["schemas"]["RoleChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": {
                     *         "user_id": 344825856003179,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "permissions": [
                     *           "learn"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["UserRolesAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_withdraw_role: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_id": 344825856003179,
                 *       "role": "user"
                 *     }
                 */
                "application/json": components["schemas"]["RoleChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": {
                     *         "user_id": 344825856003179,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "permissions": [
                     *           "learn"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["UserRolesAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_check_permissions: {
        parameters: {
            query: {
                user_id: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "error": "text",
                     *       "result": {
                     *         "user_id": 344825856003179,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "permissions": [
                     *           "learn"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["UserRolesAnswer"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_forget_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example"
                 *     }
                 */
                "application/json": components["schemas"]["EmailBody"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["AcceptedView"];
                };
            };
            400: components["responses"]["Error400"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_reset_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description For programs without cookies: what an answer had under this name. The device is known by it. */
                "X-Device-Token"?: components["parameters"]["X-Device-Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@school.example",
                 *       "code": "123456",
                 *       "password": "Correct-horse-7"
                 *     }
                 */
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    "X-Device-Token": components["headers"]["X-Device-Token"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_list_sessions: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sessions": [
                     *         {
                     *           "id": "python3",
                     *           "created_at": "2026-09-01T09:00:00.000Z",
                     *           "refreshed_at": "2026-09-01T09:00:00.000Z",
                     *           "expires_at": "2026-10-01T09:00:00.000Z",
                     *           "device_type": "tablet",
                     *           "source_ip": "203.0.113.1",
                     *           "user_agent": "Mozilla/5.0",
                     *           "current": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SessionsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_end_sessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_end_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_list_sessions_of: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sessions": [
                     *         {
                     *           "id": "python3",
                     *           "created_at": "2026-09-01T09:00:00.000Z",
                     *           "refreshed_at": "2026-09-01T09:00:00.000Z",
                     *           "expires_at": "2026-10-01T09:00:00.000Z",
                     *           "device_type": "tablet",
                     *           "source_ip": "203.0.113.1",
                     *           "user_agent": "Mozilla/5.0",
                     *           "current": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SessionsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_end_sessions_of: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_end_session_of: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_show_second_factor: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "enabled": true,
                     *       "enabled_at": "2026-09-01T09:00:00.000Z",
                     *       "recovery_codes_left": 1,
                     *       "required": true
                     *     }
                     */
                    "application/json": components["schemas"]["SecondFactorView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_begin_second_factor: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "secret": "text",
                     *       "uri": "text",
                     *       "expires_at": "2026-10-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SecondFactorSetupView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_disable_second_factor: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "otp": 1
                 *     }
                 */
                "application/json": components["schemas"]["OtpBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_enable_second_factor: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "otp": 1
                 *     }
                 */
                "application/json": components["schemas"]["OtpBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recovery_codes": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RecoveryCodesView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_renew_recovery_codes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "otp": 1
                 *     }
                 */
                "application/json": components["schemas"]["OtpBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recovery_codes": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RecoveryCodesView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    accounts_reset_second_factor: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    live_issue_ticket: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ticket": "pJx0n2Zb4mQ0yq8kJ9bZs1aYt7uV5wXc3eR6dF8gH2k",
                     *       "expires_in": 360
                     *     }
                     */
                    "application/json": components["schemas"]["TicketView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_show_main_page: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "description": "What programming begins with.",
                     *       "image": "https://school.example/september.png"
                     *     }
                     */
                    "application/json": components["schemas"]["MainView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_write_main_page: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "What programming begins with.",
                 *       "image": "https://school.example/september.png"
                 *     }
                 */
                "application/json": components["schemas"]["MainBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_list_news: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 344825856003172,
                     *         "title": "First of September",
                     *         "description": "What programming begins with.",
                     *         "body": "Lessons begin at nine o'clock.",
                     *         "date": "01 09 2026",
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "image": "https://school.example/september.png",
                     *         "author_id": 344825856003179
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["NewsList"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_add_news: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "First of September",
                 *       "description": "What programming begins with.",
                 *       "body": "Lessons begin at nine o'clock.",
                 *       "image": "https://school.example/september.png"
                 *     }
                 */
                "application/json": components["schemas"]["NewsBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_show_news: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                news_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "First of September",
                     *       "description": "What programming begins with.",
                     *       "body": "Lessons begin at nine o'clock.",
                     *       "date": "01 09 2026",
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "image": "https://school.example/september.png",
                     *       "author_id": 344825856003179
                     *     }
                     */
                    "application/json": components["schemas"]["NewsView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_delete_news: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                news_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_change_news: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                news_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "First of September",
                 *       "description": "What programming begins with.",
                 *       "body": "Lessons begin at nine o'clock.",
                 *       "image": "https://school.example/september.png"
                 *     }
                 */
                "application/json": components["schemas"]["NewsChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_list_users: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                /** @description Only what has all these words in its name, description or tags; a page may then be short */
                q?: string;
                id?: number;
                class?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 344825856003172,
                     *         "login_id": 344825856003179,
                     *         "login": "ann",
                     *         "username": "ann",
                     *         "email": "ann@school.example",
                     *         "name": "Анна",
                     *         "secondname": "Иванова",
                     *         "patronymic": "Петровна",
                     *         "birthdate": "2012-09-01",
                     *         "phone": "+79990000000",
                     *         "class": 7,
                     *         "role": "user",
                     *         "roles": [
                     *           "ROLE_PORTAL_USER"
                     *         ],
                     *         "is_admin": true,
                     *         "state": "new",
                     *         "verified_mail": true,
                     *         "created_at": "2026-09-01T09:00:00.000Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["UsersList"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_erase_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_change_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Анна",
                 *       "secondname": "Иванова",
                 *       "patronymic": "Петровна",
                 *       "birthdate": "2012-09-01",
                 *       "phone": "+79990000000",
                 *       "class": 7,
                 *       "role": "user",
                 *       "state": "activated"
                 *     }
                 */
                "application/json": components["schemas"]["UserChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_list_classes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "classes": [
                     *         1
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ClassesView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_give_class: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
                school_class: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_take_class: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
                school_class: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_show_dashboard: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "unread_notifications": 1,
                     *       "due": [
                     *         {
                     *           "kind": "task",
                     *           "title": "Sums",
                     *           "within": "text",
                     *           "due_at": "2026-12-15T18:00:00.000Z",
                     *           "course_id": 344825856003172,
                     *           "lesson_id": 344825856003173,
                     *           "task_id": 344825856003174,
                     *           "track_id": 344825856003177,
                     *           "assignment_id": 344825856003178,
                     *           "reviews_left": 1
                     *         }
                     *       ],
                     *       "teaching": {
                     *         "waiting": [
                     *           {
                     *             "within": "text",
                     *             "title": "Sums",
                     *             "course_id": 344825856003172,
                     *             "lesson_id": 344825856003173,
                     *             "task_id": 344825856003174,
                     *             "track_id": 344825856003177,
                     *             "assignment_id": 344825856003178,
                     *             "group_id": 1,
                     *             "kind": "track",
                     *             "since": "2026-09-01T09:00:00.000Z",
                     *             "count": 1
                     *           }
                     *         ],
                     *         "behind": [
                     *           {
                     *             "within": "text",
                     *             "title": "Sums",
                     *             "course_id": 344825856003172,
                     *             "lesson_id": 344825856003173,
                     *             "task_id": 344825856003174,
                     *             "track_id": 344825856003177,
                     *             "assignment_id": 344825856003178,
                     *             "group_id": 1,
                     *             "kind": "missed",
                     *             "user_id": 344825856003179,
                     *             "name": "Sums",
                     *             "since": "2026-09-01T09:00:00.000Z",
                     *             "count": 1,
                     *             "test": 1
                     *           }
                     *         ],
                     *         "disagreements": [
                     *           {
                     *             "within": "text",
                     *             "title": "Sums",
                     *             "course_id": 344825856003172,
                     *             "lesson_id": 344825856003173,
                     *             "task_id": 344825856003174,
                     *             "track_id": 344825856003177,
                     *             "assignment_id": 344825856003178,
                     *             "group_id": 1,
                     *             "submission_id": 344825856003176,
                     *             "user_id": 344825856003179,
                     *             "name": "Sums",
                     *             "since": "2026-09-01T09:00:00.000Z",
                     *             "spread": 1,
                     *             "criterion": "text",
                     *             "reviews": 1
                     *           }
                     *         ],
                     *         "whole": true
                     *       },
                     *       "sections": {
                     *         "progress": [
                     *           {
                     *             "course_id": 344825856003172,
                     *             "name": "Sums",
                     *             "attends": true,
                     *             "solved": 1,
                     *             "total": 1,
                     *             "points": 5,
                     *             "max_points": 10,
                     *             "next": {
                     *               "lesson_id": 344825856003173,
                     *               "task_id": 344825856003174,
                     *               "name": "Sums"
                     *             }
                     *           }
                     *         ],
                     *         "assignments": [
                     *           {
                     *             "track_id": 344825856003177,
                     *             "track_title": "text",
                     *             "assignment_id": 344825856003178,
                     *             "assignment_title": "text",
                     *             "stage": "submission",
                     *             "deadline": "2026-09-15T18:00:00Z",
                     *             "reviews_left": 1
                     *           }
                     *         ],
                     *         "trainings": [
                     *           {
                     *             "id": "python3",
                     *             "status": "IN_PROCESS",
                     *             "dtCreated": "2026-09-01T09:00:00.000Z",
                     *             "dt_created": "2026-09-01T09:00:00.000Z",
                     *             "ends_at": "2026-09-01T09:00:00.000Z",
                     *             "finished_at": "2026-09-01T09:00:00.000Z",
                     *             "time_left": 1,
                     *             "team_id": 1,
                     *             "team_name": "text",
                     *             "contest_id": 1,
                     *             "contest_name": "text"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DashboardView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_list_notifications: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                tag?: "low" | "medium" | "high";
                /** @description Only what has not been read */
                unread?: boolean;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 344825856003172,
                     *         "title": "Sums",
                     *         "description": "What programming begins with.",
                     *         "body": "Lessons begin at nine o'clock.",
                     *         "tag": "medium",
                     *         "date": "01 09 2026",
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "author_id": 344825856003179,
                     *         "type": "NOTIFICATION",
                     *         "payload": "text",
                     *         "read": true,
                     *         "author_name": "text"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["NotificationsList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_send_notification: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "No lessons on Friday",
                 *       "description": "The school is closed.",
                 *       "class": 7
                 *     }
                 */
                "application/json": components["schemas"]["NotificationBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "recipients": 1,
                     *       "left_out": 1
                     *     }
                     */
                    "application/json": components["schemas"]["SentNotification"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_count_unread_notifications: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "unread_notifications": 1
                     *     }
                     */
                    "application/json": components["schemas"]["UnreadView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_read_all_notifications: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "unread_notifications": 1
                     *     }
                     */
                    "application/json": components["schemas"]["UnreadView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_show_delivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                notification_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "recipients": 1,
                     *       "left_out": 1,
                     *       "told": 1,
                     *       "delivered_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveryView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_withdraw_notification: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                notification_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_change_notification: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                notification_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sums",
                 *       "description": "What programming begins with.",
                 *       "body": "Lessons begin at nine o'clock.",
                 *       "tag": "medium"
                 *     }
                 */
                "application/json": components["schemas"]["NotificationChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_read_notification: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                notification_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    aliases_show_main_page: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "description": "What programming begins with.",
                     *       "image": "https://school.example/september.png"
                     *     }
                     */
                    "application/json": components["schemas"]["MainView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    aliases_write_main_page: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "What programming begins with.",
                 *       "image": "https://school.example/september.png"
                 *     }
                 */
                "application/json": components["schemas"]["MainBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    aliases_list_news: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 344825856003172,
                     *         "title": "First of September",
                     *         "description": "What programming begins with.",
                     *         "body": "Lessons begin at nine o'clock.",
                     *         "date": "01 09 2026",
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "image": "https://school.example/september.png",
                     *         "author_id": 344825856003179
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["NewsList"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    aliases_add_news: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "First of September",
                 *       "description": "What programming begins with.",
                 *       "body": "Lessons begin at nine o'clock.",
                 *       "image": "https://school.example/september.png"
                 *     }
                 */
                "application/json": components["schemas"]["NewsBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    aliases_show_news: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                news_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "First of September",
                     *       "description": "What programming begins with.",
                     *       "body": "Lessons begin at nine o'clock.",
                     *       "date": "01 09 2026",
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "image": "https://school.example/september.png",
                     *       "author_id": 344825856003179
                     *     }
                     */
                    "application/json": components["schemas"]["NewsView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    aliases_delete_news: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                news_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    aliases_change_news: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                news_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "First of September",
                 *       "description": "What programming begins with.",
                 *       "body": "Lessons begin at nine o'clock.",
                 *       "image": "https://school.example/september.png"
                 *     }
                 */
                "application/json": components["schemas"]["NewsChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_show_calendar: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "since": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CalendarView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_open_calendar: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "path": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OpenedCalendarView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_close_calendar: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_read_calendar: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "text/calendar": string;
                };
            };
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_list_groups: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "next": "text",
                     *       "items": [
                     *         {
                     *           "id": 344825856003172,
                     *           "title": "Sums",
                     *           "class": 7,
                     *           "owner_id": 1,
                     *           "created_at": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PupilGroupsList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_add_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sums"
                 *     }
                 */
                "application/json": components["schemas"]["PupilGroupBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "class": 7,
                     *       "owner_id": 1,
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PupilGroupView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_show_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "class": 7,
                     *       "owner_id": 1,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "pupils": 1
                     *     }
                     */
                    "application/json": components["schemas"]["PupilGroupInfo"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_delete_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_rename_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sums"
                 *     }
                 */
                "application/json": components["schemas"]["PupilGroupBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "class": 7,
                     *       "owner_id": 1,
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PupilGroupView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_list_pupils: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "next": "text",
                     *       "items": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "login": "ann",
                     *           "email": "ann@school.example",
                     *           "name": "Sums",
                     *           "secondname": "Иванова",
                     *           "class": 7
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PupilsList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_add_pupils: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_ids": [
                 *         1
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PupilsBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "added": 1
                     *     }
                     */
                    "application/json": components["schemas"]["PutInView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_remove_pupil: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                group_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_list_teachers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "teachers": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "name": "Sums",
                     *           "secondname": "Иванова",
                     *           "is_owner": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TeachersView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_add_teacher: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_id": 344825856003179
                 *     }
                 */
                "application/json": components["schemas"]["TeacherBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "name": "Sums",
                     *       "secondname": "Иванова",
                     *       "is_owner": true
                     *     }
                     */
                    "application/json": components["schemas"]["TeacherView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_remove_teacher: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                group_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_check_list: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "csv": "name,secondname,email,class\nAnna,Petrova,anna@school.example,7\n"
                 *     }
                 */
                "application/json": components["schemas"]["PupilListBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "pupils": 1,
                     *       "faults": [
                     *         {
                     *           "line": 1,
                     *           "column": "text",
                     *           "code": "print(sum(map(int, input().split())))",
                     *           "message": "Lyceum"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CheckedListView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_import_pupils: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "csv": "name,secondname,email,class\nAnna,Petrova,anna@school.example,7\n"
                 *     }
                 */
                "application/json": components["schemas"]["PupilListBody"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "work": "import",
                     *       "state": "running",
                     *       "group_id": 1,
                     *       "target_kind": "course",
                     *       "target_id": 1,
                     *       "total": 1,
                     *       "done": 1,
                     *       "came": 1,
                     *       "already": 1,
                     *       "refused": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "reason": "The time limit is missing"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "created_by": 1
                     *     }
                     */
                    "application/json": components["schemas"]["GroupJobView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_enroll_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "course",
                 *       "id": 344825856003172
                 *     }
                 */
                "application/json": components["schemas"]["TargetBody"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "work": "import",
                     *       "state": "running",
                     *       "group_id": 1,
                     *       "target_kind": "course",
                     *       "target_id": 1,
                     *       "total": 1,
                     *       "done": 1,
                     *       "came": 1,
                     *       "already": 1,
                     *       "refused": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "reason": "The time limit is missing"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "created_by": 1
                     *     }
                     */
                    "application/json": components["schemas"]["GroupJobView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_list_jobs: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                group_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "next": "text",
                     *       "items": [
                     *         {
                     *           "id": 344825856003172,
                     *           "work": "import",
                     *           "state": "running",
                     *           "group_id": 1,
                     *           "target_kind": "course",
                     *           "target_id": 1,
                     *           "total": 1,
                     *           "done": 1,
                     *           "came": 1,
                     *           "already": 1,
                     *           "refused": [
                     *             {
                     *               "user_id": 344825856003179,
                     *               "reason": "The time limit is missing"
                     *             }
                     *           ],
                     *           "created_at": "2026-09-01T09:00:00.000Z",
                     *           "created_by": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["GroupJobsList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_show_job: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                group_id: number;
                job_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "work": "import",
                     *       "state": "running",
                     *       "group_id": 1,
                     *       "target_kind": "course",
                     *       "target_id": 1,
                     *       "total": 1,
                     *       "done": 1,
                     *       "came": 1,
                     *       "already": 1,
                     *       "refused": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "reason": "The time limit is missing"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "created_by": 1
                     *     }
                     */
                    "application/json": components["schemas"]["GroupJobView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_list_invitations: {
        parameters: {
            query: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                kind: "course" | "track" | "contest" | "group";
                /** @description Of a class, its number */
                id: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "next": "text",
                     *       "items": [
                     *         {
                     *           "kind": "course",
                     *           "id": 344825856003172,
                     *           "title": "Sums",
                     *           "code": "print(sum(map(int, input().split())))",
                     *           "path": "text",
                     *           "expires_at": "2026-10-01T09:00:00.000Z",
                     *           "created_at": "2026-09-01T09:00:00.000Z",
                     *           "created_by": 1,
                     *           "uses": 1,
                     *           "used": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["InvitationsList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_issue_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "course",
                 *       "id": 344825856003172,
                 *       "expires_at": "2026-10-01T09:00:00.000Z",
                 *       "uses": 1
                 *     }
                 */
                "application/json": components["schemas"]["InvitationBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "course",
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "code": "print(sum(map(int, input().split())))",
                     *       "path": "text",
                     *       "expires_at": "2026-10-01T09:00:00.000Z",
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "created_by": 1,
                     *       "uses": 1,
                     *       "used": 1
                     *     }
                     */
                    "application/json": components["schemas"]["InvitationView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_show_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "course",
                     *       "id": 344825856003172,
                     *       "title": "Sums"
                     *     }
                     */
                    "application/json": components["schemas"]["TargetView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_revoke_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    groups_accept_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "course",
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "new": true
                     *     }
                     */
                    "application/json": components["schemas"]["JoinedView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_show_preferences: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kinds": [
                     *         {
                     *           "type": "NOTIFICATION",
                     *           "live": true,
                     *           "inbox": true,
                     *           "mail": true
                     *         }
                     *       ],
                     *       "digest": {
                     *         "deadlines": true,
                     *         "results": true,
                     *         "hour": 1
                     *       },
                     *       "quiet_hours": {
                     *         "begin": "22:00",
                     *         "end": "07:00"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PreferencesView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    school_change_preferences: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kinds": [
                 *         {
                 *           "type": "NOTIFICATION",
                 *           "live": true,
                 *           "inbox": true,
                 *           "mail": true
                 *         }
                 *       ],
                 *       "digest": {
                 *         "deadlines": true,
                 *         "results": true,
                 *         "hour": 1
                 *       },
                 *       "quiet_hours": {
                 *         "begin": "22:00",
                 *         "end": "07:00"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PreferenceChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kinds": [
                     *         {
                     *           "type": "NOTIFICATION",
                     *           "live": true,
                     *           "inbox": true,
                     *           "mail": true
                     *         }
                     *       ],
                     *       "digest": {
                     *         "deadlines": true,
                     *         "results": true,
                     *         "hour": 1
                     *       },
                     *       "quiet_hours": {
                     *         "begin": "22:00",
                     *         "end": "07:00"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PreferencesView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_list_languages: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "languages": [
                     *         {
                     *           "id": "python3",
                     *           "name": "Python 3",
                     *           "version": "3.11",
                     *           "available": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LanguagesView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_list_problems: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                /** @description Only what has all these words in its name, description or tags; a page may then be short */
                q?: string;
                /** @description Only what has this tag; a page may then be short */
                tag?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "problems": [
                     *         {
                     *           "id": 344825856003172,
                     *           "title": "Sums",
                     *           "tags": [
                     *             "text"
                     *           ],
                     *           "author_id": 344825856003179,
                     *           "author_name": "text",
                     *           "published": true,
                     *           "version": 3,
                     *           "tests_version": 1,
                     *           "tests_count": 12,
                     *           "time_limit": 1,
                     *           "memory_limit": 256,
                     *           "checker": "tokens"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ProblemsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_create_problem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sum of two",
                 *       "statement": "Read two numbers and print their sum.",
                 *       "time_limit": 1,
                 *       "memory_limit": 256,
                 *       "checker": "tokens",
                 *       "languages": [
                 *         "python3"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewProblem"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "published": true,
                     *       "version": 3,
                     *       "tests_version": 1,
                     *       "tests_count": 12,
                     *       "time_limit": 1,
                     *       "memory_limit": 256,
                     *       "checker": "tokens",
                     *       "statement": "Read two numbers and print their sum.",
                     *       "statement_language": "text",
                     *       "statements": [
                     *         {
                     *           "language": "python3",
                     *           "name": "Sums"
                     *         }
                     *       ],
                     *       "output_limit": 1,
                     *       "limits": {
                     *         "java": {
                     *           "time_limit": 3,
                     *           "memory_limit": 512
                     *         }
                     *       },
                     *       "input_file": "text",
                     *       "output_file": "text",
                     *       "checker_options": {},
                     *       "scoring": {
                     *         "points": [
                     *           40,
                     *           60
                     *         ]
                     *       },
                     *       "stop_at_first_failure": true,
                     *       "coarse_results": true,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "samples": [
                     *         {
                     *           "input": "2 3\n",
                     *           "output": "5\n"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ProblemView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_show_problem: {
        parameters: {
            query?: {
                /** @description The language of the statement, before those that Accept-Language names */
                language?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                problem_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "published": true,
                     *       "version": 3,
                     *       "tests_version": 1,
                     *       "tests_count": 12,
                     *       "time_limit": 1,
                     *       "memory_limit": 256,
                     *       "checker": "tokens",
                     *       "statement": "Read two numbers and print their sum.",
                     *       "statement_language": "text",
                     *       "statements": [
                     *         {
                     *           "language": "python3",
                     *           "name": "Sums"
                     *         }
                     *       ],
                     *       "output_limit": 1,
                     *       "limits": {
                     *         "java": {
                     *           "time_limit": 3,
                     *           "memory_limit": 512
                     *         }
                     *       },
                     *       "input_file": "text",
                     *       "output_file": "text",
                     *       "checker_options": {},
                     *       "scoring": {
                     *         "points": [
                     *           40,
                     *           60
                     *         ]
                     *       },
                     *       "stop_at_first_failure": true,
                     *       "coarse_results": true,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "samples": [
                     *         {
                     *           "input": "2 3\n",
                     *           "output": "5\n"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ProblemView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_remove_problem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                problem_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_change_problem: {
        parameters: {
            query?: {
                /** @description The language of the statement, before those that Accept-Language names */
                language?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                problem_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sum of two",
                 *       "time_limit": 2
                 *     }
                 */
                "application/json": components["schemas"]["ProblemChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "published": true,
                     *       "version": 3,
                     *       "tests_version": 1,
                     *       "tests_count": 12,
                     *       "time_limit": 1,
                     *       "memory_limit": 256,
                     *       "checker": "tokens",
                     *       "statement": "Read two numbers and print their sum.",
                     *       "statement_language": "text",
                     *       "statements": [
                     *         {
                     *           "language": "python3",
                     *           "name": "Sums"
                     *         }
                     *       ],
                     *       "output_limit": 1,
                     *       "limits": {
                     *         "java": {
                     *           "time_limit": 3,
                     *           "memory_limit": 512
                     *         }
                     *       },
                     *       "input_file": "text",
                     *       "output_file": "text",
                     *       "checker_options": {},
                     *       "scoring": {
                     *         "points": [
                     *           40,
                     *           60
                     *         ]
                     *       },
                     *       "stop_at_first_failure": true,
                     *       "coarse_results": true,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "samples": [
                     *         {
                     *           "input": "2 3\n",
                     *           "output": "5\n"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ProblemView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_replace_tests: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                problem_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tests": [
                 *         {
                 *           "input": "2 3\n",
                 *           "output": "5\n",
                 *           "points": 5,
                 *           "group": "1"
                 *         }
                 *       ],
                 *       "samples": 2
                 *     }
                 */
                "application/json": components["schemas"]["TestsBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "published": true,
                     *       "version": 3,
                     *       "tests_version": 1,
                     *       "tests_count": 12,
                     *       "time_limit": 1,
                     *       "memory_limit": 256,
                     *       "checker": "tokens",
                     *       "statement": "Read two numbers and print their sum.",
                     *       "statement_language": "text",
                     *       "statements": [
                     *         {
                     *           "language": "python3",
                     *           "name": "Sums"
                     *         }
                     *       ],
                     *       "output_limit": 1,
                     *       "limits": {
                     *         "java": {
                     *           "time_limit": 3,
                     *           "memory_limit": 512
                     *         }
                     *       },
                     *       "input_file": "text",
                     *       "output_file": "text",
                     *       "checker_options": {},
                     *       "scoring": {
                     *         "points": [
                     *           40,
                     *           60
                     *         ]
                     *       },
                     *       "stop_at_first_failure": true,
                     *       "coarse_results": true,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "samples": [
                     *         {
                     *           "input": "2 3\n",
                     *           "output": "5\n"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ProblemView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_announce_package: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                problem_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "size": 20,
                 *       "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                 *     }
                 */
                "application/json": components["schemas"]["PackageBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "import_id": 344825856003180,
                     *       "upload": {
                     *         "url": "https://school.example/upload",
                     *         "fields": {
                     *           "key": "imports/344825856003172.zip",
                     *           "policy": "eyJleHBpcmF0aW9uIjoi…"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PackageView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_show_import: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                problem_id: number;
                import_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "import_id": 344825856003180,
                     *       "problem_id": 344825856003175,
                     *       "state": "waiting_for_upload",
                     *       "tests_version": 1,
                     *       "faults": [
                     *         {
                     *           "file": "problem.yaml",
                     *           "reason": "The time limit is missing"
                     *         }
                     *       ],
                     *       "warnings": [
                     *         {
                     *           "file": "problem.yaml",
                     *           "reason": "The time limit is missing"
                     *         }
                     *       ],
                     *       "jury": [
                     *         {
                     *           "file": "problem.yaml",
                     *           "submission_id": 344825856003176,
                     *           "promised": [
                     *             "PENDING"
                     *           ],
                     *           "verdict": "OK",
                     *           "is_met": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ImportView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_list_submissions: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                /** @description What was sent to this task alone */
                task_id?: number;
                /** @description What this pupil of one's own has sent; else one's own */
                user_id?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "submissions": [
                     *         {
                     *           "id": 344825856003172,
                     *           "user_id": 344825856003179,
                     *           "user_name": "text",
                     *           "place": {
                     *             "course_id": 344825856003172,
                     *             "course_name": "text",
                     *             "lesson_id": 344825856003173,
                     *             "lesson_name": "text",
                     *             "task_id": 344825856003174,
                     *             "task_name": "text"
                     *           },
                     *           "problem_id": 344825856003175,
                     *           "origin": {
                     *             "course_id": 344825856003172,
                     *             "lesson_id": 344825856003173,
                     *             "task_id": 344825856003174
                     *           },
                     *           "language": "python3",
                     *           "verdict": "OK",
                     *           "code": "OK",
                     *           "time": 0.014,
                     *           "memory": 8392,
                     *           "tests_passed": 12,
                     *           "tests_total": 12,
                     *           "points": 5,
                     *           "max_points": 10,
                     *           "task_points": 1,
                     *           "task_max_points": 1,
                     *           "submitted_at": "2026-09-01T09:00:00.000Z",
                     *           "judged_at": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SubmissionsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_show_submission: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                submission_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "verdict": "OK",
                     *       "code": "OK",
                     *       "time": 0.014,
                     *       "memory": 8392,
                     *       "tests_passed": 12,
                     *       "tests_total": 12,
                     *       "points": 5,
                     *       "max_points": 10,
                     *       "task_points": 1,
                     *       "task_max_points": 1,
                     *       "compiler_output": "",
                     *       "id": 344825856003172,
                     *       "user_id": 344825856003179,
                     *       "user_name": "text",
                     *       "place": {
                     *         "course_id": 344825856003172,
                     *         "course_name": "text",
                     *         "lesson_id": 344825856003173,
                     *         "lesson_name": "text",
                     *         "task_id": 344825856003174,
                     *         "task_name": "text",
                     *         "previous": {
                     *           "lesson_id": 344825856003173,
                     *           "task_id": 344825856003174,
                     *           "name": "Sums"
                     *         },
                     *         "next": {
                     *           "lesson_id": 344825856003173,
                     *           "task_id": 344825856003174,
                     *           "name": "Sums"
                     *         }
                     *       },
                     *       "problem_id": 344825856003175,
                     *       "origin": {
                     *         "course_id": 344825856003172,
                     *         "lesson_id": 344825856003173,
                     *         "task_id": 344825856003174
                     *       },
                     *       "status": "Checked",
                     *       "is_checked": true,
                     *       "language": "python3",
                     *       "source": "print(5)",
                     *       "tests": [
                     *         {
                     *           "number": 1,
                     *           "verdict": "OK",
                     *           "time": 0.014,
                     *           "memory": 8392,
                     *           "message": "Lyceum",
                     *           "share": 0.5,
                     *           "difference": {
                     *             "line": 1,
                     *             "expected": "text",
                     *             "got": "text"
                     *           },
                     *           "sample": {
                     *             "input": "2 3\n",
                     *             "expected": "text",
                     *             "got": "text",
                     *             "truncated": [
                     *               "input"
                     *             ],
                     *             "annotations": [
                     *               {
                     *                 "line": 1,
                     *                 "column": 1,
                     *                 "message": "Lyceum"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ],
                     *       "annotations": [
                     *         {
                     *           "line": 1,
                     *           "column": 1,
                     *           "message": "Lyceum"
                     *         }
                     *       ],
                     *       "notice": "Times are those of the judge.",
                     *       "coarse_results": true,
                     *       "submitted_at": "2026-09-01T09:00:00.000Z",
                     *       "judged_at": "2026-09-01T09:00:00.000Z",
                     *       "progress": {
                     *         "stage": "queued",
                     *         "before": 1,
                     *         "test": 1,
                     *         "tests_passed": 12,
                     *         "tests_total": 12
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SubmissionView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_cancel_submission: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                submission_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "verdict": "OK",
                     *       "code": "OK",
                     *       "time": 0.014,
                     *       "memory": 8392,
                     *       "tests_passed": 12,
                     *       "tests_total": 12,
                     *       "points": 5,
                     *       "max_points": 10,
                     *       "task_points": 1,
                     *       "task_max_points": 1,
                     *       "compiler_output": "",
                     *       "id": 344825856003172,
                     *       "user_id": 344825856003179,
                     *       "user_name": "text",
                     *       "place": {
                     *         "course_id": 344825856003172,
                     *         "course_name": "text",
                     *         "lesson_id": 344825856003173,
                     *         "lesson_name": "text",
                     *         "task_id": 344825856003174,
                     *         "task_name": "text",
                     *         "previous": {
                     *           "lesson_id": 344825856003173,
                     *           "task_id": 344825856003174,
                     *           "name": "Sums"
                     *         },
                     *         "next": {
                     *           "lesson_id": 344825856003173,
                     *           "task_id": 344825856003174,
                     *           "name": "Sums"
                     *         }
                     *       },
                     *       "problem_id": 344825856003175,
                     *       "origin": {
                     *         "course_id": 344825856003172,
                     *         "lesson_id": 344825856003173,
                     *         "task_id": 344825856003174
                     *       },
                     *       "status": "Checked",
                     *       "is_checked": true,
                     *       "language": "python3",
                     *       "source": "print(5)",
                     *       "tests": [
                     *         {
                     *           "number": 1,
                     *           "verdict": "OK",
                     *           "time": 0.014,
                     *           "memory": 8392,
                     *           "message": "Lyceum",
                     *           "share": 0.5,
                     *           "difference": {
                     *             "line": 1,
                     *             "expected": "text",
                     *             "got": "text"
                     *           },
                     *           "sample": {
                     *             "input": "2 3\n",
                     *             "expected": "text",
                     *             "got": "text",
                     *             "truncated": [
                     *               "input"
                     *             ],
                     *             "annotations": [
                     *               {
                     *                 "line": 1,
                     *                 "column": 1,
                     *                 "message": "Lyceum"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ],
                     *       "annotations": [
                     *         {
                     *           "line": 1,
                     *           "column": 1,
                     *           "message": "Lyceum"
                     *         }
                     *       ],
                     *       "notice": "Times are those of the judge.",
                     *       "coarse_results": true,
                     *       "submitted_at": "2026-09-01T09:00:00.000Z",
                     *       "judged_at": "2026-09-01T09:00:00.000Z",
                     *       "progress": {
                     *         "stage": "queued",
                     *         "before": 1,
                     *         "test": 1,
                     *         "tests_passed": 12,
                     *         "tests_total": 12
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SubmissionView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_rejudge: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                submission_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Checking",
                     *       "submission_id": 344825856003176
                     *     }
                     */
                    "application/json": components["schemas"]["CheckingView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_list_judgings: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                submission_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "judgings": [
                     *         {
                     *           "number": 1,
                     *           "verdict": "OK",
                     *           "code": "OK",
                     *           "time": 0.014,
                     *           "memory": 8392,
                     *           "tests_passed": 12,
                     *           "tests_total": 12,
                     *           "points": 5,
                     *           "max_points": 10,
                     *           "task_points": 1,
                     *           "task_max_points": 1,
                     *           "tests_version": 1,
                     *           "judged_at": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["JudgingsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_list_results: {
        parameters: {
            query?: {
                /** @description The tests after this number */
                after?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                submission_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tests": [
                     *         {
                     *           "number": 1,
                     *           "verdict": "OK",
                     *           "time": 0.014,
                     *           "memory": 8392,
                     *           "message": "Lyceum",
                     *           "share": 0.5,
                     *           "difference": {
                     *             "line": 1,
                     *             "expected": "text",
                     *             "got": "text"
                     *           },
                     *           "sample": {
                     *             "input": "2 3\n",
                     *             "expected": "text",
                     *             "got": "text",
                     *             "truncated": [
                     *               "input"
                     *             ],
                     *             "annotations": [
                     *               {
                     *                 "line": 1,
                     *                 "column": 1,
                     *                 "message": "Lyceum"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ],
                     *       "next": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TestResultsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_show_statement: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                problem_id: number;
                language: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "language": "python3",
                     *       "name": "Sums",
                     *       "format": "markdown",
                     *       "source": "print(5)",
                     *       "text": "text",
                     *       "is_main": true,
                     *       "notes": [
                     *         "text"
                     *       ],
                     *       "statements": [
                     *         {
                     *           "language": "python3",
                     *           "name": "Sums"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WrittenView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_write_statement: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                problem_id: number;
                language: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Sums",
                 *       "text": "text",
                 *       "format": "markdown"
                 *     }
                 */
                "application/json": components["schemas"]["StatementBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "language": "python3",
                     *       "name": "Sums",
                     *       "format": "markdown",
                     *       "source": "print(5)",
                     *       "text": "text",
                     *       "is_main": true,
                     *       "notes": [
                     *         "text"
                     *       ],
                     *       "statements": [
                     *         {
                     *           "language": "python3",
                     *           "name": "Sums"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WrittenView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_remove_statement: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                problem_id: number;
                language: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_list_files: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                problem_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "Sums",
                     *           "content_type": "image/png",
                     *           "size": 20,
                     *           "path": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FilesView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_invite_file: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                problem_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "upload_id": 1,
                     *       "max_bytes": 2097152,
                     *       "upload": {
                     *         "url": "https://school.example/upload",
                     *         "fields": {
                     *           "key": "imports/344825856003172.zip",
                     *           "policy": "eyJleHBpcmF0aW9uIjoi…"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["FileUpload"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_keep_file: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                problem_id: number;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "upload_id": 1
                 *     }
                 */
                "application/json": components["schemas"]["FileBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "Sums",
                     *       "content_type": "image/png",
                     *       "size": 20,
                     *       "path": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["FileView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_remove_file: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                problem_id: number;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    judge_redirect_to_file: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                problem_id: number;
                digest: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Found */
            302: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_list_courses: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                /** @description Only what has all these words in its name, description or tags; a page may then be short */
                q?: string;
                /** @description Only what has this tag; a page may then be short */
                tag?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "courses": [
                     *         {
                     *           "opens_at": "2026-09-01T09:00:00.000Z",
                     *           "closes_at": "2026-12-22T18:00:00.000Z",
                     *           "due_at": "2026-12-15T18:00:00.000Z",
                     *           "id": 344825856003172,
                     *           "name": "Sums",
                     *           "description": "What programming begins with.",
                     *           "tags": [
                     *             "text"
                     *           ],
                     *           "pic": "/courses/344825856003172/pic",
                     *           "language": {
                     *             "id": "python3",
                     *             "name": "Python 3"
                     *           },
                     *           "is_public": true,
                     *           "published": true,
                     *           "state": "draft",
                     *           "author_id": 344825856003179,
                     *           "author_name": "text",
                     *           "tasks_count": 1,
                     *           "max_points": 10,
                     *           "attends": true,
                     *           "solved": 1,
                     *           "points": 5
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CoursesView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_create_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "published": true,
                 *       "opens_at": "2026-09-01T09:00:00.000Z",
                 *       "closes_at": "2026-12-22T18:00:00.000Z",
                 *       "due_at": "2026-12-15T18:00:00.000Z",
                 *       "late_policy": {
                 *         "grace_minutes": 15,
                 *         "percent_per_day": 10,
                 *         "accepted_hours": 48
                 *       },
                 *       "name": "Sums",
                 *       "description": "What programming begins with.",
                 *       "tags": [
                 *         "text"
                 *       ],
                 *       "language": "python3",
                 *       "languages": [
                 *         "python3"
                 *       ],
                 *       "is_public": true,
                 *       "late_days": 1
                 *     }
                 */
                "application/json": components["schemas"]["NewCourse"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "description": "What programming begins with.",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "pic": "/courses/344825856003172/pic",
                     *       "language": {
                     *         "id": "python3",
                     *         "name": "Python 3"
                     *       },
                     *       "is_public": true,
                     *       "published": true,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "version": 3,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "late_days": 1
                     *     }
                     */
                    "application/json": components["schemas"]["AuthoredCourse"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_attend_by_link: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "success"
                     *     }
                     */
                    "application/json": components["schemas"]["AttendedView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_attend: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "success"
                     *     }
                     */
                    "application/json": components["schemas"]["AttendedView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_leave: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_show_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "description": "What programming begins with.",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "pic": "/courses/344825856003172/pic",
                     *       "language": {
                     *         "id": "python3",
                     *         "name": "Python 3"
                     *       },
                     *       "is_public": true,
                     *       "published": true,
                     *       "state": "draft",
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "tasks_count": 1,
                     *       "max_points": 10,
                     *       "attends": true,
                     *       "solved": 1,
                     *       "points": 5,
                     *       "lessons": [
                     *         {
                     *           "opens_at": "2026-09-01T09:00:00.000Z",
                     *           "closes_at": "2026-12-22T18:00:00.000Z",
                     *           "due_at": "2026-12-15T18:00:00.000Z",
                     *           "id": 344825856003172,
                     *           "name": "Sums",
                     *           "description": "What programming begins with.",
                     *           "is_published": true,
                     *           "state": "draft",
                     *           "requires": [
                     *             {
                     *               "lesson_id": 344825856003173,
                     *               "points": 5
                     *             }
                     *           ],
                     *           "task": [
                     *             {
                     *               "opens_at": "2026-09-01T09:00:00.000Z",
                     *               "closes_at": "2026-12-22T18:00:00.000Z",
                     *               "due_at": "2026-12-15T18:00:00.000Z",
                     *               "id": 344825856003172,
                     *               "name": "Sums",
                     *               "points": 5,
                     *               "is_published": true,
                     *               "state": "draft",
                     *               "is_solved": true,
                     *               "attempts": 2,
                     *               "best_points": 5,
                     *               "penalty": 1
                     *             }
                     *           ],
                     *           "tasks": [
                     *             {
                     *               "opens_at": "2026-09-01T09:00:00.000Z",
                     *               "closes_at": "2026-12-22T18:00:00.000Z",
                     *               "due_at": "2026-12-15T18:00:00.000Z",
                     *               "id": 344825856003172,
                     *               "name": "Sums",
                     *               "points": 5,
                     *               "is_published": true,
                     *               "state": "draft",
                     *               "is_solved": true,
                     *               "attempts": 2,
                     *               "best_points": 5,
                     *               "penalty": 1
                     *             }
                     *           ],
                     *           "links": [
                     *             {
                     *               "id": 344825856003172,
                     *               "title": "Sums",
                     *               "link": "https://docs.python.org/3/tutorial/"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CourseView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_delete_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "deleting"
                     *     }
                     */
                    "application/json": components["schemas"]["DeletingView"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_change_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "published": true,
                 *       "opens_at": "2026-09-01T09:00:00.000Z",
                 *       "closes_at": "2026-12-22T18:00:00.000Z",
                 *       "due_at": "2026-12-15T18:00:00.000Z",
                 *       "late_policy": {
                 *         "grace_minutes": 15,
                 *         "percent_per_day": 10,
                 *         "accepted_hours": 48
                 *       },
                 *       "name": "Sums",
                 *       "description": "What programming begins with.",
                 *       "tags": [
                 *         "text"
                 *       ],
                 *       "language": "python3",
                 *       "languages": [
                 *         "python3"
                 *       ],
                 *       "is_public": true,
                 *       "late_days": 1
                 *     }
                 */
                "application/json": components["schemas"]["CourseChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "description": "What programming begins with.",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "pic": "/courses/344825856003172/pic",
                     *       "language": {
                     *         "id": "python3",
                     *         "name": "Python 3"
                     *       },
                     *       "is_public": true,
                     *       "published": true,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "version": 3,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "late_days": 1
                     *     }
                     */
                    "application/json": components["schemas"]["AuthoredCourse"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_show_lesson: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "description": "What programming begins with.",
                     *       "is_published": true,
                     *       "state": "draft",
                     *       "requires": [
                     *         {
                     *           "lesson_id": 344825856003173,
                     *           "points": 5
                     *         }
                     *       ],
                     *       "task": [
                     *         {
                     *           "opens_at": "2026-09-01T09:00:00.000Z",
                     *           "closes_at": "2026-12-22T18:00:00.000Z",
                     *           "due_at": "2026-12-15T18:00:00.000Z",
                     *           "id": 344825856003172,
                     *           "name": "Sums",
                     *           "points": 5,
                     *           "is_published": true,
                     *           "state": "draft",
                     *           "is_solved": true,
                     *           "attempts": 2,
                     *           "best_points": 5,
                     *           "penalty": 1
                     *         }
                     *       ],
                     *       "tasks": [
                     *         {
                     *           "opens_at": "2026-09-01T09:00:00.000Z",
                     *           "closes_at": "2026-12-22T18:00:00.000Z",
                     *           "due_at": "2026-12-15T18:00:00.000Z",
                     *           "id": 344825856003172,
                     *           "name": "Sums",
                     *           "points": 5,
                     *           "is_published": true,
                     *           "state": "draft",
                     *           "is_solved": true,
                     *           "attempts": 2,
                     *           "best_points": 5,
                     *           "penalty": 1
                     *         }
                     *       ],
                     *       "links": [
                     *         {
                     *           "id": 344825856003172,
                     *           "title": "Sums",
                     *           "link": "https://docs.python.org/3/tutorial/"
                     *         }
                     *       ],
                     *       "text": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["LessonPage"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_show_task: {
        parameters: {
            query?: {
                /** @description The language of the statement, before those that Accept-Language names */
                language?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "statement_language": "text",
                     *       "statements": [
                     *         {
                     *           "language": "python3",
                     *           "name": "Sums"
                     *         }
                     *       ],
                     *       "course_id": 344825856003172,
                     *       "course_name": "text",
                     *       "lesson_id": 344825856003173,
                     *       "lesson_name": "text",
                     *       "previous": {
                     *         "lesson_id": 344825856003173,
                     *         "task_id": 344825856003174,
                     *         "name": "Sums"
                     *       },
                     *       "next": {
                     *         "lesson_id": 344825856003173,
                     *         "task_id": 344825856003174,
                     *         "name": "Sums"
                     *       },
                     *       "last_submission_id": 1,
                     *       "task_condition": "Read two numbers and print their sum.",
                     *       "time_limit": 1,
                     *       "memory_limit": 256,
                     *       "tests": [
                     *         {
                     *           "input": "2 3\n",
                     *           "output": "5\n"
                     *         }
                     *       ],
                     *       "language": "python3",
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "points": 5,
                     *       "state": "draft",
                     *       "is_solved": true,
                     *       "attempts": 2,
                     *       "best_points": 5,
                     *       "penalty": 1,
                     *       "late_days": 1,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "extension": {
                     *         "until": "2026-09-01T09:00:00.000Z",
                     *         "reason": "The time limit is missing"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TaskView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_solve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description How long to wait for the verdict (RFC 7240): `respond-async` not at all, `wait=5` so many seconds. An account that has no time zone takes `timezone=Europe/Moscow`. */
                Prefer?: components["parameters"]["Prefer"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "print(sum(map(int, input().split())))",
                 *       "language": "python3"
                 *     }
                 */
                "application/json": components["schemas"]["ProgramBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "verdict": "OK",
                     *       "code": "OK",
                     *       "time": 0.014,
                     *       "memory": 8392,
                     *       "tests_passed": 12,
                     *       "tests_total": 12,
                     *       "points": 5,
                     *       "max_points": 10,
                     *       "task_points": 1,
                     *       "task_max_points": 1,
                     *       "compiler_output": "",
                     *       "submission_id": 344825856003176
                     *     }
                     */
                    "application/json": components["schemas"]["SolvedView"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Checking",
                     *       "submission_id": 344825856003176
                     *     }
                     */
                    "application/json": components["schemas"]["CheckingView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_run: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "print(sum(map(int, input().split())))",
                 *       "language": "python3",
                 *       "input": "2 3\n"
                 *     }
                 */
                "application/json": components["schemas"]["RunBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "outcome": "ok",
                     *       "output": "5\n",
                     *       "errors": "",
                     *       "truncated": true,
                     *       "exit_code": 1,
                     *       "time": 0.014,
                     *       "memory": 8392,
                     *       "compiler_output": "",
                     *       "annotations": [
                     *         {
                     *           "line": 1,
                     *           "column": 1,
                     *           "message": "Lyceum"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RunView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_list_submissions: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                /** @description Whose, for those who teach; one's own without it */
                user_id?: number;
                /** @description Everybody's, for those who own or teach the course */
                all?: boolean;
                /** @description Those with this verdict alone; a page may then be short */
                code?: components["schemas"]["Verdict"];
                /** @description Those in this language alone; a page may then be short */
                language?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "submissions": [
                     *         {
                     *           "id": 344825856003172,
                     *           "user_id": 344825856003179,
                     *           "user_name": "text",
                     *           "place": {
                     *             "course_id": 344825856003172,
                     *             "course_name": "text",
                     *             "lesson_id": 344825856003173,
                     *             "lesson_name": "text",
                     *             "task_id": 344825856003174,
                     *             "task_name": "text"
                     *           },
                     *           "problem_id": 344825856003175,
                     *           "origin": {
                     *             "course_id": 344825856003172,
                     *             "lesson_id": 344825856003173,
                     *             "task_id": 344825856003174
                     *           },
                     *           "language": "python3",
                     *           "verdict": "OK",
                     *           "code": "OK",
                     *           "time": 0.014,
                     *           "memory": 8392,
                     *           "tests_passed": 12,
                     *           "tests_total": 12,
                     *           "points": 5,
                     *           "max_points": 10,
                     *           "task_points": 1,
                     *           "task_max_points": 1,
                     *           "submitted_at": "2026-09-01T09:00:00.000Z",
                     *           "judged_at": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SubmissionsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_show_draft: {
        parameters: {
            query?: {
                /** @description The draft in this language; the latest without it */
                language?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "draft": {
                     *         "language": "python3",
                     *         "saved_at": "2026-09-01T09:00:00.000Z",
                     *         "source": "print(5)"
                     *       },
                     *       "drafts": [
                     *         {
                     *           "language": "python3",
                     *           "saved_at": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DraftsView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    courses_save_draft: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description `*` writes only where there is nothing yet: 412 otherwise. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "language": "python3",
                 *       "source": "print(5)"
                 *     }
                 */
                "application/json": components["schemas"]["DraftBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "language": "python3",
                     *       "saved_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DraftInfo"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_show_outline: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "course": {
                     *         "opens_at": "2026-09-01T09:00:00.000Z",
                     *         "closes_at": "2026-12-22T18:00:00.000Z",
                     *         "due_at": "2026-12-15T18:00:00.000Z",
                     *         "id": 344825856003172,
                     *         "name": "Sums",
                     *         "description": "What programming begins with.",
                     *         "tags": [
                     *           "text"
                     *         ],
                     *         "pic": "/courses/344825856003172/pic",
                     *         "language": {
                     *           "id": "python3",
                     *           "name": "Python 3"
                     *         },
                     *         "is_public": true,
                     *         "published": true,
                     *         "languages": [
                     *           "python3"
                     *         ],
                     *         "author_id": 344825856003179,
                     *         "author_name": "text",
                     *         "version": 3,
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "late_policy": {
                     *           "grace_minutes": 1,
                     *           "percent_per_day": 1,
                     *           "steps": [
                     *             {
                     *               "after_hours": 1,
                     *               "percent": 1
                     *             }
                     *           ],
                     *           "accepted_hours": 1
                     *         },
                     *         "late_days": 1
                     *       },
                     *       "lessons": [
                     *         {
                     *           "opens_at": "2026-09-01T09:00:00.000Z",
                     *           "closes_at": "2026-12-22T18:00:00.000Z",
                     *           "due_at": "2026-12-15T18:00:00.000Z",
                     *           "id": 344825856003172,
                     *           "name": "Sums",
                     *           "description": "What programming begins with.",
                     *           "published": true,
                     *           "requires": [
                     *             {
                     *               "lesson_id": 344825856003173,
                     *               "points": 5
                     *             }
                     *           ],
                     *           "tasks": [
                     *             {
                     *               "opens_at": "2026-09-01T09:00:00.000Z",
                     *               "closes_at": "2026-12-22T18:00:00.000Z",
                     *               "due_at": "2026-12-15T18:00:00.000Z",
                     *               "id": 344825856003172,
                     *               "problem_id": 344825856003175,
                     *               "name": "Sums",
                     *               "points": 5,
                     *               "languages": [
                     *                 "python3"
                     *               ],
                     *               "published": true,
                     *               "is_published": true,
                     *               "late_policy": {
                     *                 "grace_minutes": 1,
                     *                 "percent_per_day": 1,
                     *                 "steps": [],
                     *                 "accepted_hours": 1
                     *               }
                     *             }
                     *           ],
                     *           "links": [
                     *             {
                     *               "id": 344825856003172,
                     *               "title": "Sums",
                     *               "link": "https://docs.python.org/3/tutorial/"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OutlineView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_copy_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Sums",
                 *       "shift_days": 1
                 *     }
                 */
                "application/json": components["schemas"]["CopyBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "course": {
                     *         "opens_at": "2026-09-01T09:00:00.000Z",
                     *         "closes_at": "2026-12-22T18:00:00.000Z",
                     *         "due_at": "2026-12-15T18:00:00.000Z",
                     *         "id": 344825856003172,
                     *         "name": "Sums",
                     *         "description": "What programming begins with.",
                     *         "tags": [
                     *           "text"
                     *         ],
                     *         "pic": "/courses/344825856003172/pic",
                     *         "language": {
                     *           "id": "python3",
                     *           "name": "Python 3"
                     *         },
                     *         "is_public": true,
                     *         "published": true,
                     *         "languages": [
                     *           "python3"
                     *         ],
                     *         "author_id": 344825856003179,
                     *         "author_name": "text",
                     *         "version": 3,
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "late_policy": {
                     *           "grace_minutes": 1,
                     *           "percent_per_day": 1,
                     *           "steps": [
                     *             {
                     *               "after_hours": 1,
                     *               "percent": 1
                     *             }
                     *           ],
                     *           "accepted_hours": 1
                     *         },
                     *         "late_days": 1
                     *       },
                     *       "left_out": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CopyView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_redirect_to_picture: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Found */
            302: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_show_picture: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "picture_id": 344825856003181
                 *     }
                 */
                "application/json": components["schemas"]["ShownPicture"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "description": "What programming begins with.",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "pic": "/courses/344825856003172/pic",
                     *       "language": {
                     *         "id": "python3",
                     *         "name": "Python 3"
                     *       },
                     *       "is_public": true,
                     *       "published": true,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "version": 3,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "late_days": 1
                     *     }
                     */
                    "application/json": components["schemas"]["AuthoredCourse"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_invite_picture: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content_type": "image/png"
                 *     }
                 */
                "application/json": components["schemas"]["PictureBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "picture_id": 344825856003181,
                     *       "max_bytes": 2097152,
                     *       "upload": {
                     *         "url": "https://school.example/upload",
                     *         "fields": {
                     *           "key": "imports/344825856003172.zip",
                     *           "policy": "eyJleHBpcmF0aW9uIjoi…"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PictureUpload"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_remove_picture: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_list_teachers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "teachers": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "name": "Sums",
                     *           "secondname": "Иванова",
                     *           "is_owner": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TeachersView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_add_teacher: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_id": 344825856003179
                 *     }
                 */
                "application/json": components["schemas"]["TeacherBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "name": "Sums",
                     *       "secondname": "Иванова",
                     *       "is_owner": true
                     *     }
                     */
                    "application/json": components["schemas"]["TeacherView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_remove_teacher: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_add_lesson: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Sums",
                 *       "text": "# Sums\n\n$a + b$",
                 *       "requires": [],
                 *       "opens_at": "2026-09-08T09:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["NewLesson"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "description": "What programming begins with.",
                     *       "published": true,
                     *       "requires": [
                     *         {
                     *           "lesson_id": 344825856003173,
                     *           "points": 5
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AuthoredLesson"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_order_lessons: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ids": [
                 *         344825856003173
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["OrderBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_delete_lesson: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_change_lesson: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Sums",
                 *       "text": "# Sums\n\n$a + b$",
                 *       "requires": [],
                 *       "opens_at": "2026-09-08T09:00:00Z",
                 *       "order": 1
                 *     }
                 */
                "application/json": components["schemas"]["LessonChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "description": "What programming begins with.",
                     *       "published": true,
                     *       "requires": [
                     *         {
                     *           "lesson_id": 344825856003173,
                     *           "points": 5
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AuthoredLesson"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_add_link: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sums",
                 *       "link": "https://docs.python.org/3/tutorial/"
                 *     }
                 */
                "application/json": components["schemas"]["NewLink"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "link": "https://docs.python.org/3/tutorial/"
                     *     }
                     */
                    "application/json": components["schemas"]["LinkView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_delete_link: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                link_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_change_link: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                link_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sums",
                 *       "link": "https://docs.python.org/3/tutorial/"
                 *     }
                 */
                "application/json": components["schemas"]["LinkChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "link": "https://docs.python.org/3/tutorial/"
                     *     }
                     */
                    "application/json": components["schemas"]["LinkView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_add_task: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "problem_id": 344825856003175,
                 *       "name": "Sum of two",
                 *       "points": 5,
                 *       "order": 1
                 *     }
                 */
                "application/json": components["schemas"]["PlacedTask"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "problem_id": 344825856003175,
                     *       "name": "Sums",
                     *       "points": 5,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "published": true,
                     *       "is_published": true,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AuthoredTask"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_order_tasks: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ids": [
                 *         344825856003173
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["OrderBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_delete_task: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_change_task: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "published": true,
                 *       "opens_at": "2026-09-01T09:00:00.000Z",
                 *       "closes_at": "2026-12-22T18:00:00.000Z",
                 *       "due_at": "2026-12-15T18:00:00.000Z",
                 *       "late_policy": {
                 *         "grace_minutes": 15,
                 *         "percent_per_day": 10,
                 *         "accepted_hours": 48
                 *       },
                 *       "name": "Sums",
                 *       "points": 5,
                 *       "order": 1,
                 *       "languages": [
                 *         "python3"
                 *       ],
                 *       "task_condition": "Read two numbers and print their sum.",
                 *       "time_limit": 1,
                 *       "memory_limit": 256
                 *     }
                 */
                "application/json": components["schemas"]["TaskChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "problem_id": 344825856003175,
                     *       "name": "Sums",
                     *       "points": 5,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "published": true,
                     *       "is_published": true,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AuthoredTask"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_replace_tests: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tests": [
                 *         {
                 *           "input": "2 3\n",
                 *           "output": "5\n",
                 *           "points": 5,
                 *           "group": "1"
                 *         }
                 *       ],
                 *       "samples": 2
                 *     }
                 */
                "application/json": components["schemas"]["TestsBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "published": true,
                     *       "version": 3,
                     *       "tests_version": 1,
                     *       "tests_count": 12,
                     *       "time_limit": 1,
                     *       "memory_limit": 256,
                     *       "checker": "tokens",
                     *       "statement": "Read two numbers and print their sum.",
                     *       "statement_language": "text",
                     *       "statements": [
                     *         {
                     *           "language": "python3",
                     *           "name": "Sums"
                     *         }
                     *       ],
                     *       "output_limit": 1,
                     *       "limits": {
                     *         "java": {
                     *           "time_limit": 3,
                     *           "memory_limit": 512
                     *         }
                     *       },
                     *       "input_file": "text",
                     *       "output_file": "text",
                     *       "checker_options": {},
                     *       "scoring": {
                     *         "points": [
                     *           40,
                     *           60
                     *         ]
                     *       },
                     *       "stop_at_first_failure": true,
                     *       "coarse_results": true,
                     *       "languages": [
                     *         "python3"
                     *       ],
                     *       "samples": [
                     *         {
                     *           "input": "2 3\n",
                     *           "output": "5\n"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ProblemView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_announce_package: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "size": 20,
                 *       "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                 *     }
                 */
                "application/json": components["schemas"]["PackageBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "import_id": 344825856003180,
                     *       "upload": {
                     *         "url": "https://school.example/upload",
                     *         "fields": {
                     *           "key": "imports/344825856003172.zip",
                     *           "policy": "eyJleHBpcmF0aW9uIjoi…"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PackageView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_rejudge_task: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Checking"
                     *     }
                     */
                    "application/json": components["schemas"]["RejudgingView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_export_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "archive_id": 1,
                     *       "kind": "export",
                     *       "state": "waiting",
                     *       "course_id": 344825856003172,
                     *       "url": "https://school.example/upload",
                     *       "faults": [
                     *         {
                     *           "file": "problem.yaml",
                     *           "reason": "The time limit is missing"
                     *         }
                     *       ],
                     *       "warnings": [
                     *         {
                     *           "file": "problem.yaml",
                     *           "reason": "The time limit is missing"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CourseArchiveView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_announce_archive: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "size": 20
                 *     }
                 */
                "application/json": components["schemas"]["ArchiveBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "archive_id": 1,
                     *       "upload": {
                     *         "url": "https://school.example/upload",
                     *         "fields": {
                     *           "key": "imports/344825856003172.zip",
                     *           "policy": "eyJleHBpcmF0aW9uIjoi…"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ArchiveUpload"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_show_archive: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                archive_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "archive_id": 1,
                     *       "kind": "export",
                     *       "state": "waiting",
                     *       "course_id": 344825856003172,
                     *       "url": "https://school.example/upload",
                     *       "faults": [
                     *         {
                     *           "file": "problem.yaml",
                     *           "reason": "The time limit is missing"
                     *         }
                     *       ],
                     *       "warnings": [
                     *         {
                     *           "file": "problem.yaml",
                     *           "reason": "The time limit is missing"
                     *         }
                     *       ],
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CourseArchiveView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_list_extensions: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "next": "text",
                     *       "items": [
                     *         {
                     *           "task_id": 344825856003174,
                     *           "user_id": 344825856003179,
                     *           "login": "ann",
                     *           "until": "2026-09-01T09:00:00.000Z",
                     *           "reason": "The time limit is missing",
                     *           "granted_by": 1,
                     *           "granted_at": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TaskExtensions"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_grant_extension: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "until": "2026-09-01T09:00:00.000Z",
                 *       "reason": "The time limit is missing"
                 *     }
                 */
                "application/json": components["schemas"]["TaskExtensionBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "task_id": 344825856003174,
                     *       "user_id": 344825856003179,
                     *       "login": "ann",
                     *       "until": "2026-09-01T09:00:00.000Z",
                     *       "reason": "The time limit is missing",
                     *       "granted_by": 1,
                     *       "granted_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TaskExtension"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    authoring_take_extension_back: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
                lesson_id: number;
                task_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_list_public_courses: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                /** @description Only what has all these words in its name, description or tags; a page may then be short */
                q?: string;
                /** @description Only what has this tag; a page may then be short */
                tag?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "opens_at": "2026-09-01T09:00:00.000Z",
                     *         "closes_at": "2026-12-22T18:00:00.000Z",
                     *         "due_at": "2026-12-15T18:00:00.000Z",
                     *         "id": 344825856003172,
                     *         "name": "Sums",
                     *         "description": "What programming begins with.",
                     *         "tags": [
                     *           "text"
                     *         ],
                     *         "pic": "/courses/344825856003172/pic",
                     *         "language": {
                     *           "id": "python3",
                     *           "name": "Python 3"
                     *         },
                     *         "is_public": true,
                     *         "published": true,
                     *         "state": "draft",
                     *         "author_id": 344825856003179,
                     *         "author_name": "text",
                     *         "tasks_count": 1,
                     *         "max_points": 10
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["CourseCards"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_create_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "published": true,
                 *       "opens_at": "2026-09-01T09:00:00.000Z",
                 *       "closes_at": "2026-12-22T18:00:00.000Z",
                 *       "due_at": "2026-12-15T18:00:00.000Z",
                 *       "late_policy": {
                 *         "grace_minutes": 15,
                 *         "percent_per_day": 10,
                 *         "accepted_hours": 48
                 *       },
                 *       "name": "Sums",
                 *       "description": "What programming begins with.",
                 *       "tags": [
                 *         "text"
                 *       ],
                 *       "language": "python3",
                 *       "languages": [
                 *         "python3"
                 *       ],
                 *       "is_public": true,
                 *       "late_days": 1
                 *     }
                 */
                "application/json": components["schemas"]["NewCourse"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172
                     *     }
                     */
                    "application/json": components["schemas"]["CourseId"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_show_public_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "opens_at": "2026-09-01T09:00:00.000Z",
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "due_at": "2026-12-15T18:00:00.000Z",
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "description": "What programming begins with.",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "pic": "/courses/344825856003172/pic",
                     *       "language": {
                     *         "id": "python3",
                     *         "name": "Python 3"
                     *       },
                     *       "is_public": true,
                     *       "published": true,
                     *       "state": "draft",
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "tasks_count": 1,
                     *       "max_points": 10
                     *     }
                     */
                    "application/json": components["schemas"]["CourseCard"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_delete_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "deleting"
                     *     }
                     */
                    "application/json": components["schemas"]["DeletingView"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_change_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "published": true,
                 *       "opens_at": "2026-09-01T09:00:00.000Z",
                 *       "closes_at": "2026-12-22T18:00:00.000Z",
                 *       "due_at": "2026-12-15T18:00:00.000Z",
                 *       "late_policy": {
                 *         "grace_minutes": 15,
                 *         "percent_per_day": 10,
                 *         "accepted_hours": 48
                 *       },
                 *       "name": "Sums",
                 *       "description": "What programming begins with.",
                 *       "tags": [
                 *         "text"
                 *       ],
                 *       "language": "python3",
                 *       "languages": [
                 *         "python3"
                 *       ],
                 *       "is_public": true,
                 *       "late_days": 1
                 *     }
                 */
                "application/json": components["schemas"]["CourseChange"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_list_courses_of_user: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "courses": [
                     *         {
                     *           "opens_at": "2026-09-01T09:00:00.000Z",
                     *           "closes_at": "2026-12-22T18:00:00.000Z",
                     *           "due_at": "2026-12-15T18:00:00.000Z",
                     *           "id": 344825856003172,
                     *           "name": "Sums",
                     *           "description": "What programming begins with.",
                     *           "tags": [
                     *             "text"
                     *           ],
                     *           "pic": "/courses/344825856003172/pic",
                     *           "language": {
                     *             "id": "python3",
                     *             "name": "Python 3"
                     *           },
                     *           "is_public": true,
                     *           "published": true,
                     *           "state": "draft",
                     *           "author_id": 344825856003179,
                     *           "author_name": "text",
                     *           "tasks_count": 1,
                     *           "max_points": 10,
                     *           "attends": true,
                     *           "solved": 1,
                     *           "points": 5
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CoursesView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_list_estimations: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "estimations": [
                     *         {
                     *           "course_id": 344825856003172,
                     *           "name": "Sums",
                     *           "attends": true,
                     *           "solved": 1,
                     *           "total": 1,
                     *           "points": 5,
                     *           "max_points": 10
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EstimationsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_list_certifications: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "certifications": [
                     *         {
                     *           "course_id": 344825856003172,
                     *           "name": "Sums",
                     *           "granted_at": "2026-09-01T09:00:00.000Z",
                     *           "since": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CertificationsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_grant_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "course_id": 344825856003172
                 *     }
                 */
                "application/json": components["schemas"]["GrantBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "course_id": 344825856003172,
                     *       "name": "Sums",
                     *       "granted_at": "2026-09-01T09:00:00.000Z",
                     *       "since": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Certification"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_withdraw_course: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "course_id": 344825856003172
                 *     }
                 */
                "application/json": components["schemas"]["GrantBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_list_members: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "members": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "login": "ann",
                     *           "name": "Анна",
                     *           "secondname": "Иванова",
                     *           "since": "2026-09-01T09:00:00.000Z",
                     *           "solved": 1,
                     *           "total": 1,
                     *           "points": 5,
                     *           "max_points": 10
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["MembersView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    progress_show_progress: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                course_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tasks": [
                     *         {
                     *           "id": 344825856003172,
                     *           "lesson_id": 344825856003173,
                     *           "name": "Sums",
                     *           "points": 5
                     *         }
                     *       ],
                     *       "members": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "login": "ann",
                     *           "name": "Анна",
                     *           "secondname": "Иванова",
                     *           "since": "2026-09-01T09:00:00.000Z",
                     *           "solved": 1,
                     *           "total": 1,
                     *           "points": 5,
                     *           "max_points": 10,
                     *           "tasks": [
                     *             {
                     *               "task_id": 344825856003174,
                     *               "is_solved": true,
                     *               "attempts": 2,
                     *               "points": 5,
                     *               "penalty": 1,
                     *               "late_days": 1,
                     *               "submission_id": 344825856003176
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ProgressView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_list_tracks: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                status?: "waiting" | "active" | "completed";
                /** @description Only what has all these words in its name, description or tags; a page may then be short */
                q?: string;
                /** @description Only what has this tag; a page may then be short */
                tag?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 344825856003172,
                     *         "title": "Sums",
                     *         "description": "What programming begins with.",
                     *         "tags": [
                     *           "text"
                     *         ],
                     *         "required_participants": 12,
                     *         "current_participants": 7,
                     *         "status": "active",
                     *         "starts_at": "2026-09-01T09:00:00.000Z",
                     *         "started_at": "2026-09-01T09:00:00.000Z",
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "review_criteria": {
                     *           "correctness": "Does it do what was asked?"
                     *         },
                     *         "max_score": 10,
                     *         "reviews_per_user": 3,
                     *         "late_days": 1,
                     *         "author_id": 344825856003179,
                     *         "author_name": "text",
                     *         "is_enrolled": true,
                     *         "enrolled_at": "2026-09-01T09:00:00.000Z",
                     *         "reviews_owed": 1
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TracksList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_add_track: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sums",
                 *       "description": "What programming begins with.",
                 *       "tags": [
                 *         "text"
                 *       ],
                 *       "required_participants": 12,
                 *       "review_criteria": {
                 *         "correctness": "Does it do what was asked?"
                 *       },
                 *       "max_score": 10,
                 *       "reviews_per_user": 3,
                 *       "late_days": 1,
                 *       "starts_at": "2026-09-01T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["TrackBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "required_participants": 12,
                     *       "current_participants": 7,
                     *       "status": "active",
                     *       "starts_at": "2026-09-01T09:00:00.000Z",
                     *       "started_at": "2026-09-01T09:00:00.000Z",
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "reviews_per_user": 3,
                     *       "late_days": 1,
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "is_enrolled": true,
                     *       "enrolled_at": "2026-09-01T09:00:00.000Z",
                     *       "reviews_owed": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TrackView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_list_public_tracks: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
                status?: "waiting" | "active" | "completed";
                /** @description Only what has all these words in its name, description or tags; a page may then be short */
                q?: string;
                /** @description Only what has this tag; a page may then be short */
                tag?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "next": "text",
                     *       "items": [
                     *         {
                     *           "id": 344825856003172,
                     *           "title": "Sums",
                     *           "description": "What programming begins with.",
                     *           "tags": [
                     *             "text"
                     *           ],
                     *           "required_participants": 12,
                     *           "current_participants": 7,
                     *           "status": "active",
                     *           "starts_at": "2026-09-01T09:00:00.000Z",
                     *           "started_at": "2026-09-01T09:00:00.000Z",
                     *           "created_at": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TrackCards"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_list_own_tracks: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 344825856003172,
                     *         "title": "Sums",
                     *         "description": "What programming begins with.",
                     *         "tags": [
                     *           "text"
                     *         ],
                     *         "required_participants": 12,
                     *         "current_participants": 7,
                     *         "status": "active",
                     *         "starts_at": "2026-09-01T09:00:00.000Z",
                     *         "started_at": "2026-09-01T09:00:00.000Z",
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "review_criteria": {
                     *           "correctness": "Does it do what was asked?"
                     *         },
                     *         "max_score": 10,
                     *         "reviews_per_user": 3,
                     *         "late_days": 1,
                     *         "author_id": 344825856003179,
                     *         "author_name": "text",
                     *         "is_enrolled": true,
                     *         "enrolled_at": "2026-09-01T09:00:00.000Z",
                     *         "reviews_owed": 1
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TracksList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_show_track: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "required_participants": 12,
                     *       "current_participants": 7,
                     *       "status": "active",
                     *       "starts_at": "2026-09-01T09:00:00.000Z",
                     *       "started_at": "2026-09-01T09:00:00.000Z",
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "reviews_per_user": 3,
                     *       "late_days": 1,
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "is_enrolled": true,
                     *       "enrolled_at": "2026-09-01T09:00:00.000Z",
                     *       "reviews_owed": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TrackView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_delete_track: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_change_track: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sums",
                 *       "description": "What programming begins with.",
                 *       "tags": [
                 *         "text"
                 *       ],
                 *       "required_participants": 12,
                 *       "reviews_per_user": 3,
                 *       "late_days": 1,
                 *       "starts_at": "2026-09-01T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["TrackChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "required_participants": 12,
                     *       "current_participants": 7,
                     *       "status": "active",
                     *       "starts_at": "2026-09-01T09:00:00.000Z",
                     *       "started_at": "2026-09-01T09:00:00.000Z",
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "reviews_per_user": 3,
                     *       "late_days": 1,
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "is_enrolled": true,
                     *       "enrolled_at": "2026-09-01T09:00:00.000Z",
                     *       "reviews_owed": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TrackView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_start_track: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "required_participants": 12,
                     *       "current_participants": 7,
                     *       "status": "active",
                     *       "starts_at": "2026-09-01T09:00:00.000Z",
                     *       "started_at": "2026-09-01T09:00:00.000Z",
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "reviews_per_user": 3,
                     *       "late_days": 1,
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "is_enrolled": true,
                     *       "enrolled_at": "2026-09-01T09:00:00.000Z",
                     *       "reviews_owed": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TrackView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_list_teachers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "teachers": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "name": "Sums",
                     *           "secondname": "Иванова",
                     *           "is_owner": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TeachersView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_add_teacher: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_id": 344825856003179
                 *     }
                 */
                "application/json": components["schemas"]["TeacherBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "name": "Sums",
                     *       "secondname": "Иванова",
                     *       "is_owner": true
                     *     }
                     */
                    "application/json": components["schemas"]["TeacherView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_remove_teacher: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                track_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_enroll: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "user_id": 344825856003179,
                     *       "track_id": 344825856003177,
                     *       "enrolled_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["EnrollmentView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_unenroll: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Successfully unenrolled from track"
                     *     }
                     */
                    "application/json": components["schemas"]["UnenrolledView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_show_standings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "user_id": 344825856003179,
                     *         "username": "ann",
                     *         "place": 1,
                     *         "score": 8.5,
                     *         "assignments": 1
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["StandingsList"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_list_assignments: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 344825856003172,
                     *         "track_id": 344825856003177,
                     *         "track_title": "text",
                     *         "title": "Sums",
                     *         "description": "What programming begins with.",
                     *         "order": 1,
                     *         "deadline_hours": 72,
                     *         "review_hours": 48,
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "is_available": true,
                     *         "submission_deadline": "2026-09-01T09:00:00.000Z",
                     *         "code_review_deadline": "2026-09-01T09:00:00.000Z",
                     *         "current_stage": "not_started",
                     *         "reviews_done": 1,
                     *         "reviews_required": 1,
                     *         "submission": {
                     *           "id": 344825856003172,
                     *           "user_id": 344825856003179,
                     *           "assignment_id": 344825856003178,
                     *           "repository_url": "https://git.example/ann/sums",
                     *           "commit": "9fceb02",
                     *           "submitted_at": "2026-09-01T09:00:00.000Z"
                     *         },
                     *         "is_enrolled": true,
                     *         "review_criteria": {
                     *           "correctness": "Does it do what was asked?"
                     *         },
                     *         "max_score": 10,
                     *         "late_policy": {
                     *           "grace_minutes": 1,
                     *           "percent_per_day": 1,
                     *           "steps": [
                     *             {
                     *               "after_hours": 1,
                     *               "percent": 1
                     *             }
                     *           ],
                     *           "accepted_hours": 1
                     *         },
                     *         "closes_at": "2026-12-22T18:00:00.000Z",
                     *         "extension": {
                     *           "submission_until": "2026-09-01T09:00:00.000Z",
                     *           "code_review_until": "2026-09-01T09:00:00.000Z",
                     *           "reason": "The time limit is missing"
                     *         }
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["AssignmentsList"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_add_assignment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sums",
                 *       "description": "What programming begins with.",
                 *       "order": 1,
                 *       "deadline_hours": 72,
                 *       "review_hours": 48,
                 *       "late_policy": {
                 *         "grace_minutes": 15,
                 *         "percent_per_day": 10,
                 *         "accepted_hours": 48
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AssignmentBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "track_id": 344825856003177,
                     *       "track_title": "text",
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "order": 1,
                     *       "deadline_hours": 72,
                     *       "review_hours": 48,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "is_available": true,
                     *       "submission_deadline": "2026-09-01T09:00:00.000Z",
                     *       "code_review_deadline": "2026-09-01T09:00:00.000Z",
                     *       "current_stage": "not_started",
                     *       "reviews_done": 1,
                     *       "reviews_required": 1,
                     *       "submission": {
                     *         "id": 344825856003172,
                     *         "user_id": 344825856003179,
                     *         "assignment_id": 344825856003178,
                     *         "repository_url": "https://git.example/ann/sums",
                     *         "commit": "9fceb02",
                     *         "submitted_at": "2026-09-01T09:00:00.000Z"
                     *       },
                     *       "is_enrolled": true,
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "extension": {
                     *         "submission_until": "2026-09-01T09:00:00.000Z",
                     *         "code_review_until": "2026-09-01T09:00:00.000Z",
                     *         "reason": "The time limit is missing"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AssignmentView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_show_current_assignment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                track_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "track_id": 344825856003177,
                     *       "track_title": "text",
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "order": 1,
                     *       "deadline_hours": 72,
                     *       "review_hours": 48,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "is_available": true,
                     *       "submission_deadline": "2026-09-01T09:00:00.000Z",
                     *       "code_review_deadline": "2026-09-01T09:00:00.000Z",
                     *       "current_stage": "not_started",
                     *       "reviews_done": 1,
                     *       "reviews_required": 1,
                     *       "submission": {
                     *         "id": 344825856003172,
                     *         "user_id": 344825856003179,
                     *         "assignment_id": 344825856003178,
                     *         "repository_url": "https://git.example/ann/sums",
                     *         "commit": "9fceb02",
                     *         "submitted_at": "2026-09-01T09:00:00.000Z"
                     *       },
                     *       "is_enrolled": true,
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "extension": {
                     *         "submission_until": "2026-09-01T09:00:00.000Z",
                     *         "code_review_until": "2026-09-01T09:00:00.000Z",
                     *         "reason": "The time limit is missing"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AssignmentView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_show_assignment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "track_id": 344825856003177,
                     *       "track_title": "text",
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "order": 1,
                     *       "deadline_hours": 72,
                     *       "review_hours": 48,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "is_available": true,
                     *       "submission_deadline": "2026-09-01T09:00:00.000Z",
                     *       "code_review_deadline": "2026-09-01T09:00:00.000Z",
                     *       "current_stage": "not_started",
                     *       "reviews_done": 1,
                     *       "reviews_required": 1,
                     *       "submission": {
                     *         "id": 344825856003172,
                     *         "user_id": 344825856003179,
                     *         "assignment_id": 344825856003178,
                     *         "repository_url": "https://git.example/ann/sums",
                     *         "commit": "9fceb02",
                     *         "submitted_at": "2026-09-01T09:00:00.000Z"
                     *       },
                     *       "is_enrolled": true,
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "extension": {
                     *         "submission_until": "2026-09-01T09:00:00.000Z",
                     *         "code_review_until": "2026-09-01T09:00:00.000Z",
                     *         "reason": "The time limit is missing"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AssignmentView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_delete_assignment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_change_assignment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Sums",
                 *       "description": "What programming begins with.",
                 *       "order": 1,
                 *       "deadline_hours": 72,
                 *       "review_hours": 48,
                 *       "late_policy": {
                 *         "grace_minutes": 15,
                 *         "percent_per_day": 10,
                 *         "accepted_hours": 48
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AssignmentChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "track_id": 344825856003177,
                     *       "track_title": "text",
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "order": 1,
                     *       "deadline_hours": 72,
                     *       "review_hours": 48,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "is_available": true,
                     *       "submission_deadline": "2026-09-01T09:00:00.000Z",
                     *       "code_review_deadline": "2026-09-01T09:00:00.000Z",
                     *       "current_stage": "not_started",
                     *       "reviews_done": 1,
                     *       "reviews_required": 1,
                     *       "submission": {
                     *         "id": 344825856003172,
                     *         "user_id": 344825856003179,
                     *         "assignment_id": 344825856003178,
                     *         "repository_url": "https://git.example/ann/sums",
                     *         "commit": "9fceb02",
                     *         "submitted_at": "2026-09-01T09:00:00.000Z"
                     *       },
                     *       "is_enrolled": true,
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "extension": {
                     *         "submission_until": "2026-09-01T09:00:00.000Z",
                     *         "code_review_until": "2026-09-01T09:00:00.000Z",
                     *         "reason": "The time limit is missing"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AssignmentView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_extend_deadline: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "stage": "submission",
                 *       "deadline": "2026-09-15T18:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["DeadlineBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "track_id": 344825856003177,
                     *       "track_title": "text",
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "order": 1,
                     *       "deadline_hours": 72,
                     *       "review_hours": 48,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "is_available": true,
                     *       "submission_deadline": "2026-09-01T09:00:00.000Z",
                     *       "code_review_deadline": "2026-09-01T09:00:00.000Z",
                     *       "current_stage": "not_started",
                     *       "reviews_done": 1,
                     *       "reviews_required": 1,
                     *       "submission": {
                     *         "id": 344825856003172,
                     *         "user_id": 344825856003179,
                     *         "assignment_id": 344825856003178,
                     *         "repository_url": "https://git.example/ann/sums",
                     *         "commit": "9fceb02",
                     *         "submitted_at": "2026-09-01T09:00:00.000Z"
                     *       },
                     *       "is_enrolled": true,
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "extension": {
                     *         "submission_until": "2026-09-01T09:00:00.000Z",
                     *         "code_review_until": "2026-09-01T09:00:00.000Z",
                     *         "reason": "The time limit is missing"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AssignmentView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_close_stage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "stage": "submission"
                 *     }
                 */
                "application/json": components["schemas"]["StageBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "track_id": 344825856003177,
                     *       "track_title": "text",
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "order": 1,
                     *       "deadline_hours": 72,
                     *       "review_hours": 48,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "is_available": true,
                     *       "submission_deadline": "2026-09-01T09:00:00.000Z",
                     *       "code_review_deadline": "2026-09-01T09:00:00.000Z",
                     *       "current_stage": "not_started",
                     *       "reviews_done": 1,
                     *       "reviews_required": 1,
                     *       "submission": {
                     *         "id": 344825856003172,
                     *         "user_id": 344825856003179,
                     *         "assignment_id": 344825856003178,
                     *         "repository_url": "https://git.example/ann/sums",
                     *         "commit": "9fceb02",
                     *         "submitted_at": "2026-09-01T09:00:00.000Z"
                     *       },
                     *       "is_enrolled": true,
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "extension": {
                     *         "submission_until": "2026-09-01T09:00:00.000Z",
                     *         "code_review_until": "2026-09-01T09:00:00.000Z",
                     *         "reason": "The time limit is missing"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AssignmentView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_reopen_stage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "stage": "submission",
                 *       "deadline": "2026-09-15T18:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["DeadlineBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "track_id": 344825856003177,
                     *       "track_title": "text",
                     *       "title": "Sums",
                     *       "description": "What programming begins with.",
                     *       "order": 1,
                     *       "deadline_hours": 72,
                     *       "review_hours": 48,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "is_available": true,
                     *       "submission_deadline": "2026-09-01T09:00:00.000Z",
                     *       "code_review_deadline": "2026-09-01T09:00:00.000Z",
                     *       "current_stage": "not_started",
                     *       "reviews_done": 1,
                     *       "reviews_required": 1,
                     *       "submission": {
                     *         "id": 344825856003172,
                     *         "user_id": 344825856003179,
                     *         "assignment_id": 344825856003178,
                     *         "repository_url": "https://git.example/ann/sums",
                     *         "commit": "9fceb02",
                     *         "submitted_at": "2026-09-01T09:00:00.000Z"
                     *       },
                     *       "is_enrolled": true,
                     *       "review_criteria": {
                     *         "correctness": "Does it do what was asked?"
                     *       },
                     *       "max_score": 10,
                     *       "late_policy": {
                     *         "grace_minutes": 1,
                     *         "percent_per_day": 1,
                     *         "steps": [
                     *           {
                     *             "after_hours": 1,
                     *             "percent": 1
                     *           }
                     *         ],
                     *         "accepted_hours": 1
                     *       },
                     *       "closes_at": "2026-12-22T18:00:00.000Z",
                     *       "extension": {
                     *         "submission_until": "2026-09-01T09:00:00.000Z",
                     *         "code_review_until": "2026-09-01T09:00:00.000Z",
                     *         "reason": "The time limit is missing"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AssignmentView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_list_extensions: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "next": "text",
                     *       "items": [
                     *         {
                     *           "submission_until": "2026-09-01T09:00:00.000Z",
                     *           "code_review_until": "2026-09-01T09:00:00.000Z",
                     *           "reason": "The time limit is missing",
                     *           "assignment_id": 344825856003178,
                     *           "user_id": 344825856003179,
                     *           "username": "ann",
                     *           "granted_by": 1,
                     *           "granted_at": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ExtensionsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_grant_extension: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                assignment_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "submission_until": "2026-09-01T09:00:00.000Z",
                 *       "code_review_until": "2026-09-01T09:00:00.000Z",
                 *       "reason": "The time limit is missing"
                 *     }
                 */
                "application/json": components["schemas"]["ExtensionBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "submission_until": "2026-09-01T09:00:00.000Z",
                     *       "code_review_until": "2026-09-01T09:00:00.000Z",
                     *       "reason": "The time limit is missing",
                     *       "assignment_id": 344825856003178,
                     *       "user_id": 344825856003179,
                     *       "username": "ann",
                     *       "granted_by": 1,
                     *       "granted_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ExtensionView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_take_extension_back: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                assignment_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_show_own_submission: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "user_id": 344825856003179,
                     *       "assignment_id": 344825856003178,
                     *       "repository_url": "https://git.example/ann/sums",
                     *       "commit": "9fceb02",
                     *       "submitted_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SolutionView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_replace_submission: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "repository_url": "https://git.example/ann/sums",
                 *       "commit": "9fceb02"
                 *     }
                 */
                "application/json": components["schemas"]["SolutionBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "user_id": 344825856003179,
                     *       "assignment_id": 344825856003178,
                     *       "repository_url": "https://git.example/ann/sums",
                     *       "commit": "9fceb02",
                     *       "submitted_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SolutionView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_submit: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "repository_url": "https://git.example/ann/sums",
                 *       "commit": "9fceb02"
                 *     }
                 */
                "application/json": components["schemas"]["SolutionBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "user_id": 344825856003179,
                     *       "assignment_id": 344825856003178,
                     *       "repository_url": "https://git.example/ann/sums",
                     *       "commit": "9fceb02",
                     *       "submitted_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SolutionView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_show_submission_to_review: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "user_id": 344825856003179,
                     *       "assignment_id": 344825856003178,
                     *       "repository_url": "https://git.example/ann/sums",
                     *       "commit": "9fceb02",
                     *       "submitted_at": "2026-09-01T09:00:00.000Z",
                     *       "reserved_until": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SolutionToReviewView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_write_review: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                submission_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "criteria_scores": {
                 *         "correctness": 9
                 *       },
                 *       "criteria_comments": {},
                 *       "comment": "Clear, but slow on long lists."
                 *     }
                 */
                "application/json": components["schemas"]["ReviewBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "submission_id": 344825856003176,
                     *       "reviewer_id": 344825856003179,
                     *       "reviewer_name": "text",
                     *       "reviewee_id": 344825856003182,
                     *       "criteria_scores": {
                     *         "correctness": 9
                     *       },
                     *       "criteria_comments": {},
                     *       "comment": "Clear, but slow on long lists.",
                     *       "completed_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ReviewView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_show_reviews: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "assignment_id": 344825856003178,
                     *       "results": [
                     *         {
                     *           "submission": {
                     *             "id": 344825856003172,
                     *             "user_id": 344825856003179,
                     *             "assignment_id": 344825856003178,
                     *             "repository_url": "https://git.example/ann/sums",
                     *             "commit": "9fceb02",
                     *             "submitted_at": "2026-09-01T09:00:00.000Z"
                     *           },
                     *           "author": {
                     *             "user_id": 344825856003179,
                     *             "username": "ann"
                     *           },
                     *           "median": {
                     *             "correctness": 8.5
                     *           },
                     *           "score": 8.5,
                     *           "penalty": 1,
                     *           "late_days": 1,
                     *           "reviews": [
                     *             {
                     *               "id": 344825856003172,
                     *               "submission_id": 344825856003176,
                     *               "reviewer_id": 344825856003179,
                     *               "reviewer_name": "text",
                     *               "reviewee_id": 344825856003182,
                     *               "criteria_scores": {
                     *                 "correctness": 9
                     *               },
                     *               "criteria_comments": {},
                     *               "comment": "Clear, but slow on long lists.",
                     *               "completed_at": "2026-09-01T09:00:00.000Z"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ResultsView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_show_owed_reviews: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "assignment_id": 344825856003178,
                     *       "owed": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "username": "ann",
                     *           "submission_ids": [
                     *             344825856003176
                     *           ]
                     *         }
                     *       ],
                     *       "waiting": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "username": "ann",
                     *           "submission": {
                     *             "id": 344825856003172,
                     *             "user_id": 344825856003179,
                     *             "assignment_id": 344825856003178,
                     *             "repository_url": "https://git.example/ann/sums",
                     *             "commit": "9fceb02",
                     *             "submitted_at": "2026-09-01T09:00:00.000Z"
                     *           },
                     *           "reviews": 1,
                     *           "reviews_expected": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OwedView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_read_diary: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "user_id": 344825856003179,
                     *         "username": "ann",
                     *         "id": 344825856003172,
                     *         "assignment_id": 344825856003178,
                     *         "content": "Sorting by insertion first; later by merging.",
                     *         "created_at": "2026-09-01T09:00:00.000Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["DiaryList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    tracks_write_diary: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                assignment_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content": "Sorting by insertion first; later by merging."
                 *     }
                 */
                "application/json": components["schemas"]["EntryBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "username": "ann",
                     *       "id": 344825856003172,
                     *       "assignment_id": 344825856003178,
                     *       "content": "Sorting by insertion first; later by merging.",
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["EntryView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_find_session: {
        parameters: {
            query: {
                contest_id: number;
                team_id: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "python3",
                     *       "status": "IN_PROCESS",
                     *       "dtCreated": "2026-09-01T09:00:00.000Z",
                     *       "dt_created": "2026-09-01T09:00:00.000Z",
                     *       "ends_at": "2026-09-01T09:00:00.000Z",
                     *       "finished_at": "2026-09-01T09:00:00.000Z",
                     *       "time_left": 1,
                     *       "team_id": 1,
                     *       "team_name": "text",
                     *       "contest_id": 1,
                     *       "contest_name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_start_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "team_id": 1,
                 *       "contest_id": 1
                 *     }
                 */
                "application/json": components["schemas"]["StartBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "python3",
                     *       "status": "IN_PROCESS",
                     *       "dtCreated": "2026-09-01T09:00:00.000Z",
                     *       "dt_created": "2026-09-01T09:00:00.000Z",
                     *       "ends_at": "2026-09-01T09:00:00.000Z",
                     *       "finished_at": "2026-09-01T09:00:00.000Z",
                     *       "time_left": 1,
                     *       "team_id": 1,
                     *       "team_name": "text",
                     *       "contest_id": 1,
                     *       "contest_name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "python3",
                     *       "status": "IN_PROCESS",
                     *       "dtCreated": "2026-09-01T09:00:00.000Z",
                     *       "dt_created": "2026-09-01T09:00:00.000Z",
                     *       "ends_at": "2026-09-01T09:00:00.000Z",
                     *       "finished_at": "2026-09-01T09:00:00.000Z",
                     *       "time_left": 1,
                     *       "team_id": 1,
                     *       "team_name": "text",
                     *       "contest_id": 1,
                     *       "contest_name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_find_running_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "python3",
                     *       "status": "IN_PROCESS",
                     *       "dtCreated": "2026-09-01T09:00:00.000Z",
                     *       "dt_created": "2026-09-01T09:00:00.000Z",
                     *       "ends_at": "2026-09-01T09:00:00.000Z",
                     *       "finished_at": "2026-09-01T09:00:00.000Z",
                     *       "time_left": 1,
                     *       "team_id": 1,
                     *       "team_name": "text",
                     *       "contest_id": 1,
                     *       "contest_name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_list_sessions_of_team: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "next": "text",
                     *       "items": [
                     *         {
                     *           "id": "python3",
                     *           "status": "IN_PROCESS",
                     *           "dtCreated": "2026-09-01T09:00:00.000Z",
                     *           "dt_created": "2026-09-01T09:00:00.000Z",
                     *           "ends_at": "2026-09-01T09:00:00.000Z",
                     *           "finished_at": "2026-09-01T09:00:00.000Z",
                     *           "time_left": 1,
                     *           "team_id": 1,
                     *           "team_name": "text",
                     *           "contest_id": 1,
                     *           "contest_name": "text",
                     *           "problems_count": 1,
                     *           "solved": 1,
                     *           "penalty": 1,
                     *           "is_repetition": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TeamTrainings"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "python3",
                     *       "status": "IN_PROCESS",
                     *       "dtCreated": "2026-09-01T09:00:00.000Z",
                     *       "dt_created": "2026-09-01T09:00:00.000Z",
                     *       "ends_at": "2026-09-01T09:00:00.000Z",
                     *       "finished_at": "2026-09-01T09:00:00.000Z",
                     *       "time_left": 1,
                     *       "team_id": 1,
                     *       "team_name": "text",
                     *       "contest_id": 1,
                     *       "contest_name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_complete_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "python3",
                     *       "status": "IN_PROCESS",
                     *       "dtCreated": "2026-09-01T09:00:00.000Z",
                     *       "dt_created": "2026-09-01T09:00:00.000Z",
                     *       "ends_at": "2026-09-01T09:00:00.000Z",
                     *       "finished_at": "2026-09-01T09:00:00.000Z",
                     *       "time_left": 1,
                     *       "team_id": 1,
                     *       "team_name": "text",
                     *       "contest_id": 1,
                     *       "contest_name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_list_events: {
        parameters: {
            query?: {
                /** @description The number of the first event */
                from_seq?: number;
                /** @description How many events at most */
                limit?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "events": [
                     *         {
                     *           "seq": 1,
                     *           "at": "2026-09-01T09:00:00.000Z",
                     *           "type": "USER_JOIN",
                     *           "payload": {
                     *             "user_id": 344825856003179,
                     *             "userId": "text"
                     *           }
                     *         }
                     *       ],
                     *       "next": 1
                     *     }
                     */
                    "application/json": components["schemas"]["EventsView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_standings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "contest_id": 1,
                     *       "problems": [
                     *         "text"
                     *       ],
                     *       "rows": [
                     *         {
                     *           "rank": 1,
                     *           "is_repetition": true,
                     *           "team_id": 1,
                     *           "team": "text",
                     *           "training_session_id": "text",
                     *           "dtCreated": "2026-09-01T09:00:00.000Z",
                     *           "solved": 1,
                     *           "penalty": 1,
                     *           "problems": [
                     *             {
                     *               "problemAlias": "text",
                     *               "status": "NOT_SUBMITTED",
                     *               "attempts": 2,
                     *               "minute": 1,
                     *               "penalty": 1,
                     *               "hidden": 1
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["StandingsView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_contest_standings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                contest_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "contest_id": 1,
                     *       "problems": [
                     *         "text"
                     *       ],
                     *       "rows": [
                     *         {
                     *           "rank": 1,
                     *           "is_repetition": true,
                     *           "team_id": 1,
                     *           "team": "text",
                     *           "training_session_id": "text",
                     *           "dtCreated": "2026-09-01T09:00:00.000Z",
                     *           "solved": 1,
                     *           "penalty": 1,
                     *           "problems": [
                     *             {
                     *               "problemAlias": "text",
                     *               "status": "NOT_SUBMITTED",
                     *               "attempts": 2,
                     *               "minute": 1,
                     *               "penalty": 1,
                     *               "hidden": 1
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["StandingsView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_rejudge_problem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                contest_id: number;
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Checking"
                     *     }
                     */
                    "application/json": components["schemas"]["ContestRejudgingView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_list_problems: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "problems": [
                     *         {
                     *           "problemAlias": "text",
                     *           "alias": "A",
                     *           "title": "Sums",
                     *           "status": "NOT_SUBMITTED",
                     *           "attempts": 2,
                     *           "assignedUser": {
                     *             "id": "python3",
                     *             "user_id": 344825856003179,
                     *             "login": "ann",
                     *             "first_name": "Anna",
                     *             "last_name": "Ivanova",
                     *             "display_name": "Ann",
                     *             "real_name": "Anna Ivanova"
                     *           },
                     *           "compiler": "python3"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingProblems"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_problem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "problemAlias": "text",
                     *       "alias": "A",
                     *       "title": "Sums",
                     *       "status": "NOT_SUBMITTED",
                     *       "attempts": 2,
                     *       "assignedUser": {
                     *         "id": "python3",
                     *         "user_id": 344825856003179,
                     *         "login": "ann",
                     *         "first_name": "Anna",
                     *         "last_name": "Ivanova",
                     *         "display_name": "Ann",
                     *         "real_name": "Anna Ivanova"
                     *       },
                     *       "compiler": "python3"
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingProblem"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_statement: {
        parameters: {
            query?: {
                /** @description The language of the statement, before those that Accept-Language names */
                language?: string;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "problemAlias": "text",
                     *       "title": "Sums",
                     *       "statement": "Read two numbers and print their sum.",
                     *       "statement_language": "text",
                     *       "statements": [
                     *         {
                     *           "language": "python3",
                     *           "name": "Sums"
                     *         }
                     *       ],
                     *       "time_limit": 1,
                     *       "memory_limit": 256,
                     *       "samples": [
                     *         {
                     *           "input": "2 3\n",
                     *           "output": "5\n"
                     *         }
                     *       ],
                     *       "languages": [
                     *         "python3"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["StatementView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_list_submissions: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "count": 1,
                     *       "submissions": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "id": 344825856003172,
                     *           "runId": 1,
                     *           "problemAlias": "text",
                     *           "compiler": "python3",
                     *           "verdict": "OK",
                     *           "code": "OK",
                     *           "submissionTime": "2026-09-01T09:00:00.000Z",
                     *           "timeFromStart": 1,
                     *           "userName": "text",
                     *           "userId": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingSubmissionList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_submit: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                training_session_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "problem": "A",
                 *       "compiler": "python3",
                 *       "code": "print(sum(map(int, input().split())))"
                 *     }
                 */
                "application/json": components["schemas"]["TrainingProgram"];
                /**
                 * @example {
                 *       "problem": "A",
                 *       "compiler": "python3",
                 *       "code": "print(sum(map(int, input().split())))"
                 *     }
                 */
                "multipart/form-data": components["schemas"]["TrainingProgram"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "id": 344825856003172,
                     *       "runId": 1,
                     *       "problemAlias": "text",
                     *       "compiler": "python3",
                     *       "verdict": "OK",
                     *       "code": "OK",
                     *       "submissionTime": "2026-09-01T09:00:00.000Z",
                     *       "timeFromStart": 1,
                     *       "userName": "text",
                     *       "userId": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingSubmissionView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_list_submissions_to: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "count": 1,
                     *       "submissions": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "id": 344825856003172,
                     *           "runId": 1,
                     *           "problemAlias": "text",
                     *           "compiler": "python3",
                     *           "verdict": "OK",
                     *           "code": "OK",
                     *           "submissionTime": "2026-09-01T09:00:00.000Z",
                     *           "timeFromStart": 1,
                     *           "userName": "text",
                     *           "userId": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingSubmissionList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_submission: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                submission_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "id": 344825856003172,
                     *       "runId": 1,
                     *       "problemAlias": "text",
                     *       "compiler": "python3",
                     *       "verdict": "OK",
                     *       "code": "OK",
                     *       "submissionTime": "2026-09-01T09:00:00.000Z",
                     *       "timeFromStart": 1,
                     *       "userName": "text",
                     *       "time": 0.014,
                     *       "memory": 8392,
                     *       "test": 1,
                     *       "compileLog": "text",
                     *       "userId": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingSubmissionDetail"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_submission_in_full: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                submission_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "submission": {
                     *         "user_id": 344825856003179,
                     *         "id": 344825856003172,
                     *         "runId": 1,
                     *         "problemAlias": "text",
                     *         "compiler": "python3",
                     *         "verdict": "OK",
                     *         "code": "OK",
                     *         "submissionTime": "2026-09-01T09:00:00.000Z",
                     *         "timeFromStart": 1,
                     *         "userName": "text",
                     *         "time": 0.014,
                     *         "memory": 8392,
                     *         "test": 1,
                     *         "compileLog": "text",
                     *         "userId": 1
                     *       },
                     *       "source": "print(5)",
                     *       "judged": {
                     *         "verdict": "OK",
                     *         "code": "OK",
                     *         "time": 0.014,
                     *         "memory": 8392,
                     *         "tests_passed": 12,
                     *         "tests_total": 12,
                     *         "points": 5,
                     *         "max_points": 10,
                     *         "task_points": 1,
                     *         "task_max_points": 1,
                     *         "compiler_output": "",
                     *         "id": 344825856003172,
                     *         "user_id": 344825856003179,
                     *         "user_name": "text",
                     *         "place": {
                     *           "course_id": 344825856003172,
                     *           "course_name": "text",
                     *           "lesson_id": 344825856003173,
                     *           "lesson_name": "text",
                     *           "task_id": 344825856003174,
                     *           "task_name": "text",
                     *           "previous": {
                     *             "lesson_id": 344825856003173,
                     *             "task_id": 344825856003174,
                     *             "name": "Sums"
                     *           },
                     *           "next": {
                     *             "lesson_id": 344825856003173,
                     *             "task_id": 344825856003174,
                     *             "name": "Sums"
                     *           }
                     *         },
                     *         "problem_id": 344825856003175,
                     *         "origin": {
                     *           "course_id": 344825856003172,
                     *           "lesson_id": 344825856003173,
                     *           "task_id": 344825856003174
                     *         },
                     *         "status": "Checked",
                     *         "is_checked": true,
                     *         "language": "python3",
                     *         "source": "print(5)",
                     *         "tests": [
                     *           {
                     *             "number": 1,
                     *             "verdict": "OK",
                     *             "time": 0.014,
                     *             "memory": 8392,
                     *             "message": "Lyceum",
                     *             "share": 0.5,
                     *             "difference": {
                     *               "line": 1,
                     *               "expected": "text",
                     *               "got": "text"
                     *             },
                     *             "sample": {
                     *               "input": "2 3\n",
                     *               "expected": "text",
                     *               "got": "text",
                     *               "truncated": [
                     *                 "input"
                     *               ],
                     *               "annotations": [
                     *                 {
                     *                   "line": 1,
                     *                   "column": 1,
                     *                   "message": "Lyceum"
                     *                 }
                     *               ]
                     *             }
                     *           }
                     *         ],
                     *         "annotations": [
                     *           {
                     *             "line": 1,
                     *             "column": 1,
                     *             "message": "Lyceum"
                     *           }
                     *         ],
                     *         "notice": "Times are those of the judge.",
                     *         "coarse_results": true,
                     *         "submitted_at": "2026-09-01T09:00:00.000Z",
                     *         "judged_at": "2026-09-01T09:00:00.000Z",
                     *         "progress": {
                     *           "stage": "queued",
                     *           "before": 1,
                     *           "test": 1,
                     *           "tests_passed": 12,
                     *           "tests_total": 12
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingSubmissionInFull"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_code: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "print(sum(map(int, input().split())))",
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["CodeView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_control: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "userId": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["ControlPayload"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_list_online_in_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "id": "python3",
                     *           "user_id": 344825856003179,
                     *           "login": "ann",
                     *           "first_name": "Anna",
                     *           "last_name": "Ivanova",
                     *           "display_name": "Ann",
                     *           "real_name": "Anna Ivanova"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OnlineView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_show_compiler: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "compiler": "python3"
                     *     }
                     */
                    "application/json": components["schemas"]["CompilerView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_list_comments: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "user_id": 344825856003179,
                     *         "id": 344825856003172,
                     *         "userFirstName": "text",
                     *         "userLastName": "text",
                     *         "userLogin": "text",
                     *         "problemAlias": "text",
                     *         "content": "Sorting by insertion first; later by merging.",
                     *         "dtCreated": "2026-09-01T09:00:00.000Z",
                     *         "userId": 1
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["CommentsList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_add_comment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                training_session_id: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content": "Sorting by insertion first; later by merging."
                 *     }
                 */
                "application/json": components["schemas"]["CommentBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "id": 344825856003172,
                     *       "userFirstName": "text",
                     *       "userLastName": "text",
                     *       "userLogin": "text",
                     *       "problemAlias": "text",
                     *       "content": "Sorting by insertion first; later by merging.",
                     *       "dtCreated": "2026-09-01T09:00:00.000Z",
                     *       "userId": 1
                     *     }
                     */
                    "application/json": components["schemas"]["CommentServerPayload"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_delete_comment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                comment_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    training_change_comment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                training_session_id: string;
                comment_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content": "Sorting by insertion first; later by merging."
                 *     }
                 */
                "application/json": components["schemas"]["CommentBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "id": 344825856003172,
                     *       "userFirstName": "text",
                     *       "userLastName": "text",
                     *       "userLogin": "text",
                     *       "problemAlias": "text",
                     *       "content": "Sorting by insertion first; later by merging.",
                     *       "dtCreated": "2026-09-01T09:00:00.000Z",
                     *       "userId": 1
                     *     }
                     */
                    "application/json": components["schemas"]["CommentServerPayload"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_list_teams: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 344825856003172,
                     *         "name": "Sums",
                     *         "captain_id": 1,
                     *         "members": [
                     *           {
                     *             "id": 344825856003172,
                     *             "login": "ann",
                     *             "name": "Sums",
                     *             "display_name": "Ann",
                     *             "is_captain": true
                     *           }
                     *         ],
                     *         "running": "text",
                     *         "created_at": "2026-09-01T09:00:00.000Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TeamsList"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_create_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Sums"
                 *     }
                 */
                "application/json": components["schemas"]["TeamBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "captain_id": 1,
                     *       "members": [
                     *         {
                     *           "id": 344825856003172,
                     *           "login": "ann",
                     *           "name": "Sums",
                     *           "display_name": "Ann",
                     *           "is_captain": true
                     *         }
                     *       ],
                     *       "running": "text",
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TeamView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_join_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "print(sum(map(int, input().split())))"
                 *     }
                 */
                "application/json": components["schemas"]["JoinBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "captain_id": 1,
                     *       "members": [
                     *         {
                     *           "id": 344825856003172,
                     *           "login": "ann",
                     *           "name": "Sums",
                     *           "display_name": "Ann",
                     *           "is_captain": true
                     *         }
                     *       ],
                     *       "running": "text",
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TeamView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_show_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "captain_id": 1,
                     *       "members": [
                     *         {
                     *           "id": 344825856003172,
                     *           "login": "ann",
                     *           "name": "Sums",
                     *           "display_name": "Ann",
                     *           "is_captain": true
                     *         }
                     *       ],
                     *       "running": "text",
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TeamView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_delete_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_change_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Sums",
                 *       "captain_id": 1
                 *     }
                 */
                "application/json": components["schemas"]["TeamChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "captain_id": 1,
                     *       "members": [
                     *         {
                     *           "id": 344825856003172,
                     *           "login": "ann",
                     *           "name": "Sums",
                     *           "display_name": "Ann",
                     *           "is_captain": true
                     *         }
                     *       ],
                     *       "running": "text",
                     *       "created_at": "2026-09-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TeamView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_remove_member: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                team_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_list_invites: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "invites": [
                     *         {
                     *           "code": "print(sum(map(int, input().split())))",
                     *           "created_at": "2026-09-01T09:00:00.000Z",
                     *           "expires_at": "2026-10-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["InvitesView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_issue_invite: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "print(sum(map(int, input().split())))",
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "expires_at": "2026-10-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["InviteView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_revoke_invite: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                team_id: number;
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_list_online_of_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "id": "python3",
                     *           "user_id": 344825856003179,
                     *           "login": "ann",
                     *           "first_name": "Anna",
                     *           "last_name": "Ivanova",
                     *           "display_name": "Ann",
                     *           "real_name": "Anna Ivanova"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OnlineView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_list_online: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "id": "python3",
                     *           "user_id": 344825856003179,
                     *           "login": "ann",
                     *           "first_name": "Anna",
                     *           "last_name": "Ivanova",
                     *           "display_name": "Ann",
                     *           "real_name": "Anna Ivanova"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OnlineView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_show_selected_contest: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                team_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "contestId": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["SelectedContestView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_list_contests: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 344825856003172,
                     *         "name": "Sums",
                     *         "duration": 18000,
                     *         "freeze": true,
                     *         "problems_count": 1,
                     *         "created_at": "2026-09-01T09:00:00.000Z",
                     *         "author_id": 344825856003179,
                     *         "author_name": "text",
                     *         "results": [
                     *           {
                     *             "training_session_id": "text",
                     *             "team_id": 1,
                     *             "team_name": "text",
                     *             "started_at": "2026-09-01T09:00:00.000Z",
                     *             "ends_at": "2026-09-01T09:00:00.000Z",
                     *             "solved": 1,
                     *             "penalty": 1,
                     *             "is_repetition": true
                     *           }
                     *         ]
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["ContestsList"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_create_contest: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Sums",
                 *       "duration": 18000,
                 *       "freeze": true,
                 *       "coarse_results": true,
                 *       "problems": [
                 *         {
                 *           "problem_id": 344825856003175,
                 *           "alias": "A"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ContestBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "duration": 18000,
                     *       "freeze": true,
                     *       "problems_count": 1,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "results": [
                     *         {
                     *           "training_session_id": "text",
                     *           "team_id": 1,
                     *           "team_name": "text",
                     *           "started_at": "2026-09-01T09:00:00.000Z",
                     *           "ends_at": "2026-09-01T09:00:00.000Z",
                     *           "solved": 1,
                     *           "penalty": 1,
                     *           "is_repetition": true
                     *         }
                     *       ],
                     *       "coarse_results": true,
                     *       "problems": [
                     *         {
                     *           "alias": "A",
                     *           "problem_id": 344825856003175,
                     *           "title": "Sums"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ContestView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_list_public_contests: {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description From `X-Next-Cursor` of the page before */
                cursor?: string;
                /** @description How many items to pass over; not with `cursor` */
                skip?: number;
                /** @description Which page of `size` items, from 1 */
                page?: number;
                /** @description Items of a page, in place of `limit` */
                size?: number;
            };
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "next": "text",
                     *       "items": [
                     *         {
                     *           "id": 344825856003172,
                     *           "name": "Sums",
                     *           "duration": 18000,
                     *           "freeze": true,
                     *           "problems_count": 1,
                     *           "created_at": "2026-09-01T09:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ContestCards"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_show_contest: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description An ETag that one has: 304 while it holds. */
                "If-None-Match"?: string;
            };
            path: {
                contest_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "duration": 18000,
                     *       "freeze": true,
                     *       "problems_count": 1,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "results": [
                     *         {
                     *           "training_session_id": "text",
                     *           "team_id": 1,
                     *           "team_name": "text",
                     *           "started_at": "2026-09-01T09:00:00.000Z",
                     *           "ends_at": "2026-09-01T09:00:00.000Z",
                     *           "solved": 1,
                     *           "penalty": 1,
                     *           "is_repetition": true
                     *         }
                     *       ],
                     *       "coarse_results": true,
                     *       "problems": [
                     *         {
                     *           "alias": "A",
                     *           "problem_id": 344825856003175,
                     *           "title": "Sums"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ContestView"];
                };
            };
            /** @description What the caller has is what there is. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_delete_contest: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                contest_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_change_contest: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description The ETag of what was read: 412 once it has been changed. */
                "If-Match"?: string;
            };
            path: {
                contest_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Sums",
                 *       "duration": 18000,
                 *       "freeze": true,
                 *       "coarse_results": true,
                 *       "problems": [
                 *         {
                 *           "problem_id": 344825856003175,
                 *           "alias": "A"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ContestChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 344825856003172,
                     *       "name": "Sums",
                     *       "duration": 18000,
                     *       "freeze": true,
                     *       "problems_count": 1,
                     *       "created_at": "2026-09-01T09:00:00.000Z",
                     *       "author_id": 344825856003179,
                     *       "author_name": "text",
                     *       "results": [
                     *         {
                     *           "training_session_id": "text",
                     *           "team_id": 1,
                     *           "team_name": "text",
                     *           "started_at": "2026-09-01T09:00:00.000Z",
                     *           "ends_at": "2026-09-01T09:00:00.000Z",
                     *           "solved": 1,
                     *           "penalty": 1,
                     *           "is_repetition": true
                     *         }
                     *       ],
                     *       "coarse_results": true,
                     *       "problems": [
                     *         {
                     *           "alias": "A",
                     *           "problem_id": 344825856003175,
                     *           "title": "Sums"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ContestView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            412: components["responses"]["Error412"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_list_teachers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                contest_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "teachers": [
                     *         {
                     *           "user_id": 344825856003179,
                     *           "name": "Sums",
                     *           "secondname": "Иванова",
                     *           "is_owner": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TeachersView"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_add_teacher: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                contest_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_id": 344825856003179
                 *     }
                 */
                "application/json": components["schemas"]["TeacherBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "name": "Sums",
                     *       "secondname": "Иванова",
                     *       "is_owner": true
                     *     }
                     */
                    "application/json": components["schemas"]["TeacherView"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    teams_remove_teacher: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
            };
            path: {
                contest_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
    aliases_add_comment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of all that is for people, such as `ru`. English where it is none of ours. */
                "Accept-Language"?: components["parameters"]["Accept-Language"];
                /** @description Repeat a request under its key, within 24 hours, and get the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                training_session_id: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content": "Sorting by insertion first; later by merging."
                 *     }
                 */
                "application/json": components["schemas"]["CommentBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user_id": 344825856003179,
                     *       "id": 344825856003172,
                     *       "userFirstName": "text",
                     *       "userLastName": "text",
                     *       "userLogin": "text",
                     *       "problemAlias": "text",
                     *       "content": "Sorting by insertion first; later by merging.",
                     *       "dtCreated": "2026-09-01T09:00:00.000Z",
                     *       "userId": 1
                     *     }
                     */
                    "application/json": components["schemas"]["CommentServerPayload"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            502: components["responses"]["Error502"];
            503: components["responses"]["Error503"];
            504: components["responses"]["Error504"];
        };
    };
}
