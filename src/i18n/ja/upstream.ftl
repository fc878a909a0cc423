## ほかのサービスでのサインイン

provider-or = または
provider-google = Google でログイン
provider-apple = Appleでサインイン
provider-line = LINEでログイン
provider-yahoo-japan = Yahoo! JAPAN IDでログイン
provider-other = { $provider } でサインイン
provider-denied = ほかのサービスでのサインインを取りやめました
provider-denied-text = 何も変更されていません。もう一度お試しになるか、別の方法でサインインしてください。
provider-failed = ほかのサービスでサインインできませんでした
provider-failed-text = もう一度お試しください。続くときは、別の方法でサインインしてください。
provider-unavailable = ほかのサービスから応答がありません
provider-unavailable-text = しばらくしてからもう一度お試しになるか、別の方法でサインインしてください。

step-provider-title = 連携しているサービスでの確認

## はじめてのとき

newcomer-title = { $provider } で続ける
newcomer-open-lead = お使いの { $provider } アカウントは、まだどのアカウントとも連携していません。新しくアカウントを作れます。パスワードは要りません。
newcomer-open-email = 新しいアカウントのメールアドレス
newcomer-open-submit = アカウントを作る
newcomer-changed = お手続きできませんでした
newcomer-changed-text = メールアドレスが、お手続きの間に使われました。今できることをご確認ください。
newcomer-taken-lead = { $email } のアカウントがすでにあります。一度サインインすると、{ $provider } と連携できます。
newcomer-ask-lead = お使いの { $provider } アカウントは、まだどのアカウントとも連携していません。アカウントを作るには、メールアドレスを入力してください。確認のためのメールをお送りします。
newcomer-ask-submit = 確認メールを送る
newcomer-only-lead = { $provider } は、すでにお持ちのアカウントと連携して使えます。一度サインインして連携してください。
newcomer-have-one = すでにアカウントをお持ちの方
newcomer-sign-in = サインインして { $provider } と連携する
newcomer-over-title = この手続きは続けられません
newcomer-over-text = 時間が経ったか、すでに済んでいるか、別のブラウザーで開かれました。お手数ですが、はじめからやり直してください。

## 連携する

link-title = { $provider } と連携しますか
link-lead = 連携すると、{ $provider } でも { $account } にサインインできるようになります。
link-who = { $provider } のアカウント
link-submit = 連携する
link-cancel = 連携しない

## マイページ

providers-title = ほかのサービスとの連携
providers-lead = 連携したサービスのアカウントでサインインできます。ご自身だけがお使いのアカウントを連携してください。
providers-section-text = ほかのサービスのアカウントでサインインできます
providers-section-link = ほかのサービスとの連携を確認する
providers-linked-list = 連携中
providers-none = 連携しているサービスはありません
providers-since = { $date }に連携
providers-unlink = 解除する
providers-unlink-label = { $provider } との連携を解除する
providers-add = 連携を追加する
providers-add-submit = { $provider } と連携する
providers-notice-linked = 連携しました
providers-notice-linked-text = これからは、このサービスでもサインインできます。
providers-notice-already = すでに連携しています
providers-notice-others = 別のアカウントと連携しているため、連携できません
providers-notice-others-text = そのサービスでサインインすると、連携しているアカウントを使えます。こちらと連携するには、先に連携を解除してください。
providers-notice-over = 時間が経ったため、連携できませんでした
providers-notice-over-text = もう一度お試しください。
providers-notice-unlinked = 連携を解除しました
providers-notice-last = サインインの方法がほかにないため、解除できません
providers-notice-last-text = 先にパスワードを設定するか、別のサービスと連携してください。
