## プロフィール

profile-title = プロフィール
profile-lead = すべて任意です。入力すると、お問い合わせのときのご本人確認や、連携アプリへの登録が早くなります。
profile-saved = プロフィールを保存しました
profile-customer-number = お客さま番号
profile-customer-number-hint = お電話でのお問い合わせのときにお伝えください
profile-email = メールアドレス
profile-email-verified = 確認済み
profile-email-unverified = 未確認
profile-name = お名前
profile-family-name = 姓
profile-given-name = 名
profile-family-name-kana = セイ
profile-given-name-kana = メイ
profile-nickname = ニックネーム
profile-contact = ご連絡先
profile-phone = 電話番号
profile-phone-hint = 例：090-1234-5678
profile-postal-code = 郵便番号
profile-postal-code-hint = 例：100-0001
profile-region = 都道府県
profile-locality = 市区町村
profile-street = 番地・建物名
profile-birthdate = 生年月日
profile-birthdate-hint = 例：1990-01-31
profile-display = 表示
profile-locale = 言語
profile-zone = タイムゾーン
profile-zone-hint = 例：Asia/Tokyo
profile-not-set = 指定しない
profile-save = 保存する

## サインインと安全

security-title = セキュリティ
security-password = パスワード
security-password-since = { $date }に変更
security-password-lead = 変更すると、ほかの端末はすべてサインアウトし、連携アプリにはもう一度サインインが必要になります。
security-no-password = パスワードは設定されていません。
security-current-password = 現在のパスワード
security-change-password = パスワードを変更する
security-changed = パスワードを変更しました
security-changed-text = ほかの端末はサインアウトしました。
security-wrong-current = 現在のパスワードが正しくありません
security-slow = 短い時間に何度も試されました。{ $when }以降にもう一度お試しください
security-sessions = サインイン中の端末
security-sessions-text = { $count }台でサインインしています
security-sessions-link = 端末を確認する

## サインイン中の端末

sessions-title = サインイン中の端末
sessions-lead = 心当たりのない端末があれば、サインアウトして、パスワードを変更してください。
sessions-this = この端末
sessions-since = { $date }にサインイン
sessions-seen = 最後の利用：{ $date }
sessions-seen-from = 最後の利用：{ $date }（ネットワーク { $network }）
sessions-acr-aal1 = サインインの方法：1段階
sessions-acr-aal2 = サインインの方法：2段階
sessions-acr-phr = サインインの方法：パスキー
sessions-end = サインアウトする
sessions-end-label = { $device } をサインアウトする
sessions-ended = サインアウトしました
sessions-others-ended = ほかの端末をサインアウトしました
sessions-end-others = ほかの端末をすべてサインアウトする
sessions-end-others-text = この端末はサインインしたままです。
sessions-end-all = すべての端末でサインアウトする
sessions-end-all-text = この端末と、連携アプリへのサインインも含まれます。
sessions-device = { $browser }（{ $system }）
sessions-unknown-browser = ブラウザー
sessions-unknown-system = 不明な端末

## 連携アプリ

apps-title = 連携アプリ
apps-lead = あなたの情報を使うことを許可したアプリです。取り消すと、そのアプリはあなたの情報を受け取れなくなります。
apps-empty = 連携しているアプリはありません
apps-empty-text = アプリやサイトでこのアカウントを使うと、ここに表示されます。
list-separator = 、
apps-since = { $date }に許可
apps-remove = 取り消す
apps-remove-label = { $app } の許可を取り消す
apps-removed = 許可を取り消しました
apps-units = 見せている製品
apps-remove-unit = 見せない
apps-remove-unit-label = { $app } に { $product } を見せない
apps-unit-removed = その製品を見せないようにしました

## 入力の誤り

reason-kana = カタカナで入力してください
reason-phone = 電話番号として読み取れません。例：090-1234-5678
reason-time-zone = タイムゾーンの名前が見つかりません。例：Asia/Tokyo
reason-language = 言語を読み取れません

## 2段階認証

security-two = 2段階認証
security-two-none = パスワードに加えて認証アプリのコードを求めることで、パスワードが知られてもサインインされないようにできます。
security-two-on = サインインのときに、パスワードに加えて認証アプリのコードの入力が必要です。
security-two-add = 認証アプリを追加する
security-two-since = { $date }に追加
security-two-used = 最後に使われた日 { $date }
security-two-edit = 名前を変える
security-two-remove = 削除する
security-two-edit-label = { $name }の名前を変える
security-two-remove-label = { $name }を削除する
security-codes = リカバリーコード
security-codes-left = 使えるコードはあと{ $count }個です
security-codes-few = 残りが少なくなっています。新しいコードを作って保管してください。
security-codes-new = 新しいコードを作る
security-back = 戻る
security-added = 認証アプリを追加しました
security-removed = 認証アプリを削除しました
security-renamed = 名前を変えました
security-too-many = これ以上は追加できません
security-too-many-text = 使っていない認証アプリを削除してから、もう一度お試しください。
totp-add-title = 認証アプリを追加する
totp-add-lead = 追加すると、サインインのたびに、パスワードに加えて認証アプリのコードの入力が必要になります。
totp-add-ends-sessions = 安全のため、ほかの端末はすべてサインアウトし、連携アプリにはもう一度サインインが必要になります。
totp-rename-title = 認証アプリの名前
totp-rename-submit = 名前を変える
totp-remove-title = { $name }を削除しますか
totp-remove-text = この認証アプリのコードは使えなくなります。ほかの認証アプリはそのまま使えます。
totp-remove-last = 最後の認証アプリです。削除すると2段階認証は行われなくなり、リカバリーコードも使えなくなります。
totp-remove-needed = 担当者のアカウントには2段階認証が必要です。先に別の認証アプリを追加すると、こちらを削除できます。
totp-remove-submit = 削除する
recovery-codes-new-title = 新しいリカバリーコードを作る
recovery-codes-new-lead = 新しいコードを作ると、これまでのコードは使えなくなります。使えるコードは、今あと{ $left }個です。
recovery-codes-new-submit = 新しいコードを作る
recovery-codes-kept = 保管しました
security-trusted = 信頼したブラウザー
security-trusted-text = { $count }つのブラウザーで、確認コードの入力を省いています。
security-trusted-forget = すべて取り消す
security-trusted-forgotten = 信頼したブラウザーをすべて取り消しました

## 2段階認証の解除

keep-factor-title = 2段階認証が解除されます
keep-factor-lead = サポートが解除の依頼を受け付けました。{ $due }以降に、認証アプリとリカバリーコードなしでサインインできるようになります。お心当たりがない場合は、取り消してください。
keep-factor-submit = 解除を取り消す
keep-factor-done = 解除を取り消しました
keep-factor-done-text = 2段階認証はこれまでどおり使えます。お心当たりのない依頼だった場合は、パスワードも変更してください。
keep-factor-over = この手続きは終わっています
keep-factor-over-text = すでに取り消されたか、解除が行われたあとです。
